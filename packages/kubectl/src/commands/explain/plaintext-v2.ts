import { goQuote } from '@tabernetes/apimachinery';
import type { GroupVersionKind, Schema } from './plaintext.ts';

export interface SwaggerDocument {
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/**
 * `-o plaintext-openapiv2`: how kubectl explained things before version 1.27.
 *
 * @throws {Error} with kubectl's text
 */
export function explainSwagger(
  document: SwaggerDocument,
  kind: GroupVersionKind,
  path: readonly string[],
  recursive: boolean,
): string {
  const explanation = new SwaggerExplanation(document, kind);
  const start = Object.values(document.definitions ?? {}).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (gvk) => gvk.group === kind.group && gvk.version === kind.version && gvk.kind === kind.kind,
    ),
  );
  if (start === undefined) {
    throw new Error(`couldn't find resource for ${goQuote(`${kind.group}/${kind.version}, Kind=${kind.kind}`)}`);
  }
  return explanation.explain(start, path, recursive);
}

const WRAP = 80;
const FIELDS = 3;
const DESCRIPTION = 5;

class SwaggerExplanation {
  readonly #document: SwaggerDocument;
  readonly #kind: GroupVersionKind;

  constructor(document: SwaggerDocument, kind: GroupVersionKind) {
    this.#document = document;
    this.#kind = kind;
  }

  explain(start: Schema, path: readonly string[], recursive: boolean): string {
    const { group, version, kind } = this.#kind;
    const schema = this.#lookUp(start, path);
    const name = path.at(-1) ?? '';
    const type = this.#type(schema);
    const about: string[] = [];
    let at = schema;
    for (;;) {
      about.push(at.description ?? '');
      const inner = this.#below(at);
      if (inner === undefined) break;
      at = inner;
    }
    const head = `KIND:     ${kind}\nVERSION:  ${group === '' ? version : `${group}/${version}`}\n\n`;
    const isKind = at.properties !== undefined;
    const title =
      name === ''
        ? ''
        : isKind
          ? `RESOURCE: ${name} <${type}>\n\n`
          : at.type === undefined
            ? ''
            : `FIELD:    ${name} <${type}>\n\n`;
    let text = `${head}${title}DESCRIPTION:\n${describe(about)}`;
    if (isKind) text += `\nFIELDS:\n${recursive ? this.#tree(at, FIELDS, new Set()) : this.#list(at)}`;
    return text;
  }

  #lookUp(start: Schema, path: readonly string[]): Schema {
    let schema = start;
    for (const name of path) {
      for (let inner = this.#below(schema); inner !== undefined; inner = this.#below(schema)) schema = inner;
      if (schema.properties === undefined) return schema;
      const next = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      if (next === undefined) throw new Error(`field ${goQuote(name)} does not exist`);
      schema = next;
    }
    return schema;
  }

  /** What a reference, a list or a map is of. */
  #below({ $ref, type, items, properties, additionalProperties }: Schema): Schema | undefined {
    if ($ref !== undefined) return this.#document.definitions?.[$ref.slice($ref.lastIndexOf('/') + 1)];
    if (type === 'array') return items;
    if (type !== 'object' || properties !== undefined) return undefined;
    return typeof additionalProperties === 'object' ? additionalProperties : {};
  }

  #type(schema: Schema): string {
    const { $ref, type, properties } = schema;
    const inner = this.#below(schema);
    if ($ref !== undefined) return inner === undefined ? '' : this.#type(inner);
    if (properties !== undefined) return 'Object';
    if (type === 'array') return `[]${inner === undefined ? '' : this.#type(inner)}`;
    if (type === 'object') return `map[string]${inner === undefined ? '' : this.#type(inner)}`;
    return type ?? '';
  }

  #list({ properties = {}, required = [] }: Schema): string {
    return Object.keys(properties)
      .sort()
      .map((name) => {
        const schema = properties[name] ?? {};
        const line = `${name}\t<${this.#type(schema)}>${required.includes(name) ? ' -required-' : ''}`;
        return `${' '.repeat(FIELDS)}${line}\n${wrapped(schema.description ?? '', FIELDS + 2)}\n`;
      })
      .join('');
  }

  #tree(schema: Schema, width: number, seen: ReadonlySet<string>): string {
    const { $ref, properties } = schema;
    if ($ref !== undefined) {
      if (seen.has($ref)) return '';
      const target = this.#below(schema);
      return target === undefined ? '' : this.#tree(target, width, new Set([...seen, $ref]));
    }
    if (properties === undefined) {
      const inner = this.#below(schema);
      return inner === undefined ? '' : this.#tree(inner, width, seen);
    }
    return Object.keys(properties)
      .sort()
      .map((name) => {
        const field = properties[name] ?? {};
        return `${' '.repeat(width)}${name}\t<${this.#type(field)}>\n${this.#tree(field, width + 3, seen)}`;
      })
      .join('');
  }
}

function describe(about: readonly string[]): string {
  let text = '';
  about.forEach((part, at) => {
    if (part !== '') text += `${at === 0 ? '' : '\n'}${wrapped(part, DESCRIPTION)}`;
  });
  return text === '' ? wrapped('<empty>', DESCRIPTION) : text;
}

/** Lines of a paragraph; lists, code and lines after a colon begin anew. */
function wrapped(text: string, width: number): string {
  const limit = WRAP - width;
  const lines: string[] = [];
  let words: string[] = [];
  let last = '';
  const flush = (): void => {
    if (words.length === 0) return;
    lines.push(words.join(' '));
    words = [];
    last = '';
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('    ')) {
      flush();
      lines.push(line);
      continue;
    }
    if (lines.length > 0 && line.trim() === '') {
      flush();
      lines.push('');
      continue;
    }
    if (last.endsWith(':') || line.trim() === '' || /^(\d+\.?|-|\*)\s/.test(line.trim())) flush();
    for (const word of line.split(/\s+/).filter((each) => each !== '')) {
      last = word;
      if (words.length > 0 && [...words, word].join(' ').length > limit) flush();
      words.push(word);
    }
  }
  flush();
  return lines.map((line) => (line === '' ? '\n' : `${' '.repeat(width)}${line}\n`)).join('');
}
