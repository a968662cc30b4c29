/** Why a journal file cannot be used; the words say what to do. */
export class StoreFailure extends Error {
  readonly code: 'newer_database' | 'not_writable' | 'not_a_database' | 'damaged' | 'in_use';
  constructor(code: StoreFailure['code'], message: string) {
    super(message);
    this.code = code;
  }
}
