import { goNumber, goValue } from '@tabernetes/apimachinery';
import { compileJsonPath, type JsonPath } from '../jsonpath/evaluate.ts';
import { isList } from '../resources/info.ts';
import { escapeTerminal, TabWriter } from './tab-writer.ts';

interface Column {
  readonly header: string;
  readonly path: string;
}

/** `NAME:.metadata.name,IMAGE:.spec.image` @throws {Error} with kubectl's text */
export function columnsOfSpec(spec: string): readonly Column[] {
  if (spec === '') throw new Error('custom-columns format specified but no custom columns given');
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) {
      throw new Error(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header: part.slice(0, colon), path: relaxedPath(part.slice(colon + 1)) };
  });
}

/** A line of headers and a line of paths. @throws {Error} with kubectl's text */
export function columnsOfFile(text: string): readonly Column[] {
  const [first, second] = text.split(/\r?\n/);
  const hint = 'Expected format is one line of space separated headers, one line of space separated column specs.';
  if (first === undefined || text === '') throw new Error(`invalid template, missing header line. ${hint}`);
  if (second === undefined || second === '') throw new Error(`invalid template, missing spec line. ${hint}`);
  const words = (line: string): readonly string[] => line.split(/\s+/).filter((word) => word !== '');
  const [headers, paths] = [words(first), words(second)];
  if (headers.length !== paths.length) {
    throw new Error(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  }
  return headers.map((header, at) => ({ header, path: relaxedPath(paths[at] ?? '') }));
}

/** `metadata.name`, `.metadata.name` and `{.metadata.name}` are the same. @throws {Error} with kubectl's text */
export function relaxedPath(path: string): string {
  if (path === '') return path;
  const match = /^(?:\{\.?([^{}]+)\}|\.?([^{}]+))$/.exec(path);
  if (match === null) {
    throw new Error(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return `{.${match[1] ?? match[2] ?? ''}}`;
}

/** Prints objects in columns; headers once. */
export class CustomColumnsPrinter {
  readonly #columns: readonly Column[];
  readonly #noHeaders: boolean;
  #hasHeaders = false;

  constructor(columns: readonly Column[], noHeaders: boolean) {
    this.#columns = columns;
    this.#noHeaders = noHeaders;
  }

  print(object: unknown, write: (text: string) => void): void {
    const to = new TabWriter(write);
    try {
      if (!this.#noHeaders && !this.#hasHeaders) to.line(this.#columns.map(({ header }) => header));
      this.#hasHeaders = true;
      const paths = this.#columns.map(({ path }) => compileJsonPath(path));
      for (const item of isList(object) ? object.items : [object]) to.line(paths.map((path) => cell(path, item)));
    } finally {
      // Headers stand there even when a path turns out to be wrong.
      to.flush();
    }
  }
}

function cell(path: JsonPath, object: unknown): string {
  const found = path.find(object);
  if ((found[0]?.length ?? 0) === 0) return '<none>';
  return found
    .flat()
    .map((value) => escapeTerminal(typeof value === 'number' ? goNumber(value) : goValue(value)))
    .join(',');
}
