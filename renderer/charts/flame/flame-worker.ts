import { flameModel, memoryOfModel, type FlameInput } from './flame-model.ts';

/** Makes one flame after the other, in a thread of its own: what comes in and what goes out is given away, not copied. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<FlameInput>) => void;
  postMessage(message: unknown, transfer: Transferable[]): void;
};
scope.onmessage = ({ data }) => {
  const model = flameModel(data);
  scope.postMessage(model, memoryOfModel(model));
};
