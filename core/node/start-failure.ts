/** Why a host cannot start; the message says what to do and is shown to the user as it is. */
export class StartFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
