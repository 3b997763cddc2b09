import { MAX_DEPTH } from '../json-reader.ts';
import { SyntaxProblem } from '../problems.ts';
import { type Token, type TokenType, YamlScanner } from './scanner.ts';

/** What a document is made of. Lines count from zero. */
export type YamlNode = ScalarNode | ListNode | MapNode | AliasNode;

interface NodeBase {
  readonly line: number;
  /** `!!int`, `!local`, `tag:example.com,2000:x`. */
  readonly tag: string | undefined;
}
export interface ScalarNode extends NodeBase {
  readonly type: 'scalar';
  readonly text: string;
  readonly plain: boolean;
}
export interface ListNode extends NodeBase {
  readonly type: 'list';
  readonly items: YamlNode[];
}
export interface MapNode extends NodeBase {
  readonly type: 'map';
  readonly entries: (readonly [key: YamlNode, value: YamlNode])[];
}
export interface AliasNode extends NodeBase {
  readonly type: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}

/** The properties before a node. */
interface Properties {
  readonly line: number;
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

/**
 * Builds the nodes of a text's first document. Refuses what libyaml's parser refuses, with its words and lines.
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/parserc.go
 */
export class YamlParser {
  readonly #scanner: YamlScanner;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #handles = new Map<string, string>();
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new YamlScanner(text);
  }

  /** Undefined: there is no document. @throws {SyntaxProblem} */
  document(): YamlNode | undefined {
    const first = this.#scanner.peek();
    if (first.type === 'streamEnd') return undefined;
    if (!DOCUMENT_HEAD.has(first.type)) return this.#node(true, false);
    this.#directives();
    const start = this.#scanner.peek();
    if (start.type !== 'documentStart') throw parserProblem('did not find expected <document start>', start.line, 0);
    this.#scanner.next();
    const token = this.#scanner.peek();
    return NO_CONTENT.has(token.type) ? emptyNode(token.line) : this.#node(true, false);
  }

  #directives(): void {
    let version = false;
    for (;;) {
      const { type, text, line } = this.#scanner.peek();
      if (type === 'versionDirective') {
        if (version) throw parserProblem('found duplicate %YAML directive', line, 0);
        if (text !== '1.1') throw parserProblem('found incompatible YAML document', line, 0);
        version = true;
      } else if (type === 'tagDirective') {
        const [handle = '', prefix = ''] = text.split(' ');
        if (this.#handles.has(handle)) throw parserProblem('found duplicate %TAG directive', line, 0);
        this.#handles.set(handle, prefix);
      } else return;
      this.#scanner.next();
    }
  }

  #node(block: boolean, indentless: boolean): YamlNode {
    const token = this.#scanner.peek();
    if (token.type === 'alias') {
      this.#scanner.next();
      const target = this.#anchors.get(token.text);
      if (target === undefined) throw new SyntaxProblem(`yaml: unknown anchor '${token.text}' referenced`);
      return { type: 'alias', name: token.text, target, line: token.line, tag: undefined };
    }
    if (++this.#depth > MAX_DEPTH) throw parserProblem(`exceeded max depth of ${MAX_DEPTH}`, token.line, token.line);
    const node = this.#content(this.#properties(token), block, indentless);
    this.#depth--;
    return node;
  }

  #properties({ line }: Token): Properties {
    let anchor: string | undefined;
    let tag: string | undefined;
    for (;;) {
      const token = this.#scanner.peek();
      if (token.type === 'anchor' && anchor === undefined) anchor = token.text;
      else if (token.type === 'tag' && tag === undefined) tag = this.#tag(token, line);
      else return { line, anchor, tag };
      this.#scanner.next();
    }
  }

  #tag({ tag = { handle: '', suffix: '' }, line }: Token, start: number): string {
    const { handle, suffix } = tag;
    const prefix = this.#handles.get(handle);
    if (prefix !== undefined) return shortTag(prefix + suffix);
    if (handle === '!!' || handle === '!' || handle === '') return shortTag(handle + suffix);
    throw parserProblem('found undefined tag handle', line, start);
  }

  #content(properties: Properties, block: boolean, indentless: boolean): YamlNode {
    const token = this.#scanner.peek();
    const { line, anchor, tag } = properties;
    if (indentless && token.type === 'blockEntry') {
      return this.#indentlessList(this.#remember(anchor, { type: 'list', line, tag, items: [] }));
    }
    switch (token.type) {
      case 'scalar': {
        this.#scanner.next();
        const { text, plain } = token;
        return this.#remember(anchor, { type: 'scalar', line, tag, text, plain });
      }
      case 'flowSequenceStart':
        return this.#flowList(this.#remember(anchor, { type: 'list', line, tag, items: [] }));
      case 'flowMappingStart':
        return this.#flowMap(this.#remember(anchor, { type: 'map', line, tag, entries: [] }));
    }
    if (block && token.type === 'blockSequenceStart') {
      return this.#blockList(this.#remember(anchor, { type: 'list', line, tag, items: [] }));
    }
    if (block && token.type === 'blockMappingStart') {
      return this.#blockMap(this.#remember(anchor, { type: 'map', line, tag, entries: [] }));
    }
    if (anchor !== undefined || tag !== undefined) {
      return this.#remember(anchor, { type: 'scalar', line, tag, text: '', plain: true });
    }
    throw parserProblem('did not find expected node content', token.line, line);
  }

  #remember<T extends YamlNode>(anchor: string | undefined, node: T): T {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #blockList(node: ListNode): ListNode {
    const start = this.#scanner.next().line;
    for (;;) {
      const token = this.#scanner.next();
      if (token.type === 'blockEnd') return node;
      if (token.type !== 'blockEntry') throw parserProblem("did not find expected '-' indicator", token.line, start);
      node.items.push(this.#unless(token, 'blockEntry', 'blockEnd') ?? this.#node(true, false));
    }
  }

  /** Items at the column of the key that holds the list. */
  #indentlessList(node: ListNode): ListNode {
    while (this.#scanner.peek().type === 'blockEntry') {
      const token = this.#scanner.next();
      node.items.push(this.#unless(token, 'blockEntry', 'key', 'value', 'blockEnd') ?? this.#node(true, false));
    }
    return node;
  }

  #blockMap(node: MapNode): MapNode {
    const start = this.#scanner.next().line;
    for (;;) {
      const token = this.#scanner.next();
      if (token.type === 'blockEnd') return node;
      if (token.type !== 'key') throw parserProblem('did not find expected key', token.line, start);
      const key = this.#unless(token, 'key', 'value', 'blockEnd') ?? this.#node(true, true);
      node.entries.push([key, this.#blockValue()]);
    }
  }

  #blockValue(): YamlNode {
    const token = this.#scanner.peek();
    if (token.type !== 'value') return emptyNode(token.line);
    this.#scanner.next();
    return this.#unless(token, 'key', 'value', 'blockEnd') ?? this.#node(true, true);
  }

  #flowList(node: ListNode): ListNode {
    const start = this.#scanner.next().line;
    for (let first = true; ; first = false) {
      if (!first) this.#comma('flowSequenceEnd', "did not find expected ',' or ']'", start);
      const token = this.#scanner.peek();
      if (token.type === 'flowSequenceEnd') break;
      if (token.type === 'key') node.items.push(this.#singlePair());
      else node.items.push(this.#node(false, false));
    }
    this.#scanner.next();
    return node;
  }

  /** `[a: b]`: a map of one entry, without braces. */
  #singlePair(): MapNode {
    const token = this.#scanner.next();
    const key = this.#unless(token, 'value', 'flowEntry', 'flowSequenceEnd') ?? this.#node(false, false);
    return { type: 'map', line: token.line, tag: undefined, entries: [[key, this.#flowValue('flowSequenceEnd')]] };
  }

  #flowMap(node: MapNode): MapNode {
    const start = this.#scanner.next().line;
    for (let first = true; ; first = false) {
      if (!first) this.#comma('flowMappingEnd', "did not find expected ',' or '}'", start);
      const token = this.#scanner.peek();
      if (token.type === 'flowMappingEnd') break;
      if (token.type === 'key') {
        this.#scanner.next();
        const key = this.#unless(token, 'value', 'flowEntry', 'flowMappingEnd') ?? this.#node(false, false);
        node.entries.push([key, this.#flowValue('flowMappingEnd')]);
      } else {
        const key = this.#node(false, false);
        node.entries.push([key, emptyNode(this.#scanner.peek().line)]);
      }
    }
    this.#scanner.next();
    return node;
  }

  #flowValue(end: TokenType): YamlNode {
    const token = this.#scanner.peek();
    if (token.type !== 'value') return emptyNode(token.line);
    this.#scanner.next();
    return this.#unless(token, 'flowEntry', end) ?? this.#node(false, false);
  }

  #comma(end: TokenType, problem: string, start: number): void {
    const token = this.#scanner.peek();
    if (token.type === end) return;
    if (token.type !== 'flowEntry') throw parserProblem(problem, token.line, start);
    this.#scanner.next();
  }

  /** An empty node behind `token` when the next token is one of these. */
  #unless(token: Token, ...types: readonly TokenType[]): ScalarNode | undefined {
    return types.includes(this.#scanner.peek().type) ? emptyNode(token.endLine) : undefined;
  }
}

const emptyNode = (line: number): ScalarNode => ({ type: 'scalar', line, tag: undefined, text: '', plain: true });

const DOCUMENT_HEAD: ReadonlySet<TokenType> = new Set(['versionDirective', 'tagDirective', 'documentStart']);
const NO_CONTENT: ReadonlySet<TokenType> = new Set([...DOCUMENT_HEAD, 'documentEnd', 'streamEnd']);

const TAGS = 'tag:yaml.org,2002:';
const shortTag = (tag: string): string => (tag.startsWith(TAGS) ? `!!${tag.slice(TAGS.length)}` : tag);

/** Go counts these lines from zero, and takes that of the beginning when the problem is in the first line. */
function parserProblem(message: string, line: number, start: number): SyntaxProblem {
  const told = line || start;
  return new SyntaxProblem(`yaml: ${told === 0 ? '' : `line ${told}: `}${message}`);
}
