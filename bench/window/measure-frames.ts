/** What a gesture of so many frames costs, in milliseconds a frame. */
export interface FrameTimes {
  /** From the start of a frame's script to when the main thread is free again: script, style, layout, paint. */
  readonly work: readonly number[];
  /** From frame to frame. */
  readonly interval: readonly number[];
}

/**
 * Runs in the page: turns the wheel over an element once a frame, to come closer and back and to go aside, and looks at
 * what each frame costs. A message that is sent from within a frame arrives when it has been painted.
 */
export async function measureFrames({
  selector,
  frames,
}: {
  readonly selector: string;
  readonly frames: number;
}): Promise<FrameTimes> {
  const area = document.querySelector(selector);
  if (!area) throw new Error(`no ${selector}`);
  const { left, top, width, height } = area.getBoundingClientRect();
  // What lies uppermost has the wheel, as with a hand on it.
  const target = document.elementFromPoint(left + width / 2, top + height / 2) ?? area;
  const wheel = (frame: number) => {
    // Twice closer to a hundredth and back; in between, aside.
    const phase = Math.sin((frame / frames) * Math.PI * 4);
    const isAside = frame % 3 === 2;
    target.dispatchEvent(
      new WheelEvent('wheel', {
        bubbles: true,
        cancelable: true,
        clientX: left + width * (0.5 + 0.3 * phase),
        clientY: top + height / 2,
        ctrlKey: !isAside,
        deltaX: isAside ? 40 * Math.sign(phase) : 0,
        deltaY: isAside ? 0 : -70 * Math.cos((frame / frames) * Math.PI * 4),
      }),
    );
  };
  const channel = new MessageChannel();
  const work: number[] = [];
  const interval: number[] = [];
  let before = 0;
  for (let frame = 0; frame < frames; frame++) {
    await new Promise<void>((resolve) => {
      // Asked for before the chart asks for its own: begins the frame.
      requestAnimationFrame((at) => {
        const began = performance.now();
        if (before > 0) interval.push(at - before);
        before = at;
        channel.port1.onmessage = () => {
          work.push(performance.now() - began);
          resolve();
        };
        channel.port2.postMessage(0);
      });
      wheel(frame);
    });
  }
  return { work, interval };
}
