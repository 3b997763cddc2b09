/**
 * A patch that cannot be read or does not fit its document. `message` is the text of Kubernetes' own patch library, as
 * a client that patches locally shows it; what a server answers is made from `code` (see `patch-request.ts`).
 */
export class PatchProblem extends Error {
  override readonly name = 'PatchProblem';
  /**
   * 400: the patch is malformed, and the message says how. 422: it is well formed and does not apply; a server hides
   * the message. 500: Kubernetes gives the bare message and no reason.
   */
  readonly code: 400 | 422 | 500;

  constructor(code: 400 | 422 | 500, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A patch on which the Go code reads through a nil pointer or compares what cannot be compared: the real server panics
 * and the client's connection breaks off. Ours refuses it as a patch that does not apply (docs/deviations.md).
 */
export const wouldPanic = (why: string): PatchProblem => new PatchProblem(422, `the patch cannot be applied: ${why}`);
