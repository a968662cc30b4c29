/** Every channel between the window and the main process; the preload script uses no other. */
export const channels = {
  /** Window → main, answered with a `BridgeHead`. */
  request: 'api:request',
  /** Window → main: the id of a request whose answer is no longer wanted. */
  cancel: 'api:cancel',
  /** Main → window: an `ApiPart`. */
  part: 'api:part',
} as const;
