/** What the runtime refuses with; `code` is the gRPC code under which a kubelet sees it. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
