import { decodeJson, decodeYaml, SyntaxProblem } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import { glob } from '../files/glob.ts';
import { goJson, inKeyOrder } from '../go-json.ts';

/** One document of a file, as it was written. */
export interface Document {
  /** Path or URL, or `STDIN`. */
  readonly source: string;
  readonly value: unknown;
  /** Paths of fields that stand there twice. */
  readonly duplicateFields: readonly string[];
  /** The document as JSON: as it stands if it is JSON, else with keys sorted. */
  readonly json: string;
}

export const STDIN = 'STDIN';

const EXTENSIONS = ['.json', '.yaml', '.yml'];

/** What `-f PATH` means: the file, or the manifests of a directory in alphabetical order. @throws {Error} with kubectl's text */
export function expandPath(fs: FileSystem, path: string, recursive: boolean): readonly string[] {
  if (fs.stat(path).type !== 'directory') return [path];
  const files: string[] = [];
  const walk = (directory: string): void => {
    for (const name of fs.readDirectory(directory)) {
      const full = directory === '.' ? name : `${directory.replace(/\/$/, '')}/${name}`;
      if (fs.stat(full).type === 'directory') {
        if (recursive) walk(full);
      } else if (EXTENSIONS.some((extension) => name.endsWith(extension))) files.push(full);
    }
  };
  walk(path);
  return files;
}

/** Paths that a shell pattern stands for, when there is no file of that name. @throws {Error} when there are none */
export function expandPattern(fs: FileSystem, pattern: string): readonly string[] {
  if (fs.exists(pattern)) return [pattern];
  const matches = glob(fs, pattern);
  if (matches.length === 0) throw new Error(`the path ${JSON.stringify(pattern)} does not exist`);
  return matches;
}

/**
 * The documents of a manifest, one after another, so that what stands before a mistake has been seen by then.
 *
 * @param readYaml reads one document that is not JSON
 * @throws {Error} with kubectl's text: `error parsing web.yaml: error converting YAML to JSON: yaml: line 5: …`
 */
export function* readDocuments(text: string, source: string, readYaml = asJson): Generator<Document> {
  if (/^\s*\{/.test(text)) {
    yield* jsonDocuments(text, source);
    return;
  }
  for (const part of splitYaml(text, source)) {
    const document = read(source, () => {
      try {
        if (/^\s*\{/.test(part)) return { ...decodeJson(part), text: part.trim() };
        return { ...readYaml(part), text: undefined };
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
        throw new SyntaxProblem(
          error.message.startsWith('yaml: ') ? `error converting YAML to JSON: ${error.message}` : error.message,
        );
      }
    });
    if (document !== undefined) yield document;
  }
}

/** YAML becomes JSON, whose keys are sorted, before anything reads it. */
const asJson = (text: string): Pick<Document, 'value' | 'duplicateFields'> => {
  const { value, duplicateFields } = decodeYaml(text);
  return { value: inKeyOrder(value), duplicateFields };
};

type Read = { readonly value: unknown; readonly duplicateFields: readonly string[]; readonly text: string | undefined };

function read(source: string, decode: () => Read): Document | undefined {
  try {
    const { value, duplicateFields, text } = decode();
    if (value === null || value === undefined) return undefined;
    return { source, value, duplicateFields, json: text ?? goJson(value) };
  } catch (error) {
    if (error instanceof SyntaxProblem) throw new Error(`error parsing ${source}: ${error.message}`);
    throw error;
  }
}

/**
 * Parts between lines that hold only `---`, a comment perhaps behind it.
 * @throws {Error} with kubectl's text at a separator with something else behind it, before the part that it would end
 */
function* splitYaml(text: string, source: string): Generator<string> {
  let part = '';
  // The last line ends like the others, so that a text in it keeps its line break.
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  for (const line of whole.replace(/^\uFEFF/, '').split(/(?<=\n)/)) {
    if (!line.startsWith('---')) {
      part += line;
      continue;
    }
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      throw new Error(`error parsing ${source}: invalid Yaml document separator: ${rest}`);
    }
    if (part !== '') yield part;
    part = '';
  }
  if (part !== '') yield part;
}

/** Objects that follow each other without anything between. */
function* jsonDocuments(text: string, source: string): Generator<Document> {
  let at = 0;
  while (text.slice(at).trim() !== '') {
    const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    const end = objectEnd(text, start);
    const part = text.slice(start, end);
    const document = read(source, () => {
      try {
        return { ...decodeJson(part), text: part };
      } catch (error) {
        // What reads a stream tells otherwise of its end.
        if (!(error instanceof SyntaxProblem) || error.message !== 'unexpected end of JSON input') throw error;
        throw new SyntaxProblem('unexpected EOF');
      }
    });
    if (document !== undefined) yield document;
    at = end;
  }
}

/** The place behind the value that begins at `start`; the end of the text when its braces are not closed. */
function objectEnd(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isText) {
      if (character === '\\') at++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth <= 0) return at + 1;
    }
  }
  return text.length;
}
