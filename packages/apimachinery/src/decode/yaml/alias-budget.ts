import { SyntaxProblem } from '../problems.ts';

/**
 * Refuses documents whose aliases multiply (`&a [*b, *b, …]`): the more there is to read, the less of it may come from
 * aliases. Small documents may do as they like.
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/decode.go
 */
export class AliasBudget {
  #nodes = 0;
  #aliased = 0;

  /** @throws {SyntaxProblem} */
  count(inAlias: boolean): void {
    this.#nodes++;
    if (!inAlias) return;
    this.#aliased++;
    if (this.#aliased <= 100 || this.#nodes <= 1000) return;
    if (this.#aliased / this.#nodes > allowedShare(this.#nodes)) {
      throw new SyntaxProblem('yaml: document contains excessive aliasing');
    }
  }
}

/** 0.99 up to 400,000 nodes, falling to 0.1 at 4,000,000. */
function allowedShare(nodes: number): number {
  if (nodes <= LOW) return 0.99;
  if (nodes >= HIGH) return 0.1;
  return 0.99 - (0.89 * (nodes - LOW)) / (HIGH - LOW);
}
const LOW = 400_000;
const HIGH = 4_000_000;
