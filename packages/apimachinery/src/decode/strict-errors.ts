import { goQuote } from '../go/quote.ts';

const MAX_ERRORS = 100;

/** Fields that a document should not have: each told once, and no more than Go tells of. */
export class StrictErrors {
  /** Names of fields, keys of maps and indexes of lists on the way to the present value. */
  readonly path: (string | number)[] = [];
  readonly unknownFields: string[] = [];
  /** `unknown field "spec.foo"`, `duplicate field "metadata.labels.a"`. */
  readonly messages: string[] = [];
  readonly #told = new Set<string>();

  add(problem: 'unknown' | 'duplicate', key: string): void {
    if (this.messages.length >= MAX_ERRORS) return;
    const path = joined(this.path, key);
    const message = `${problem} field ${goQuote(path)}`;
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.messages.push(message);
    if (problem === 'unknown') this.unknownFields.push(path);
  }
}

/** `spec.containers[0].foo`. */
function joined(path: readonly (string | number)[], key: string): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text === '' ? key : `${text}.${key}`;
}
