/** A selector that cannot be read; the message is upstream's. The API server answers 400 with it. */
export class SelectorProblem extends Error {
  override readonly name = 'SelectorProblem';
}
