import type { CommandContext } from '../command.ts';
import type { ApiResource, Discovery } from '../discovery/discovery.ts';
import { withoutPrefix } from '../errors.ts';
import { type Node, parseJsonPath } from '../jsonpath/parse.ts';

/** A type, and the fields of a path below it. */
export interface TypePath {
  readonly resource: ApiResource;
  readonly path: readonly string[];
}

/** `pods.spec`, `deployments.apps.spec` (only without --api-version). @throws {Exit} when there is no such type */
export async function typeAt(
  { api }: Pick<CommandContext, 'api'>,
  text: string,
  mayNameGroup: boolean,
): Promise<TypePath> {
  const { resource: best, rest } = await typeOf({ api }, text);
  if (!mayNameGroup) return { resource: best, path: fieldsOf(rest, NO_FIELD) };
  const discovery = await api().discovery();
  for (const resource of sameName(discovery, best)) {
    const whole = resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
    if (!text.startsWith(whole)) continue;
    const suffix = text.slice(whole.length);
    // With the dot in front of it, a suffix begins with a step of its own, which says nothing.
    return { resource, path: suffix === '' ? [] : fieldsOf(nodesOf(suffix).slice(1), NO_FIELD_FIRST) };
  }
  return { resource: best, path: fieldsOf(rest, NO_FIELD_FIRST) };
}

/** The type that a path of fields begins with, and the steps after it. @throws {Error} when there is no such type */
async function typeOf(
  { api }: Pick<CommandContext, 'api'>,
  text: string,
): Promise<{ readonly resource: ApiResource; readonly rest: readonly Node[] }> {
  const [first, ...rest] = nodesOf(text);
  if (first?.type !== 'field') throw new Error(NO_FIELD_FIRST);
  const { name } = first;
  if (name === '') throw new Error('a resource must be present, got: /, Resource=');
  return { resource: await withoutPrefix(api().known((discovery) => discovery.find(name), 2)), rest };
}

const sameName = ({ resources }: Discovery, { name }: ApiResource): readonly ApiResource[] =>
  resources.filter((resource) => resource.name === name);

const NO_FIELD_FIRST = 'invalid jsonpath syntax, first node must be field node';
const NO_FIELD = 'invalid jsonpath syntax, all nodes must be field nodes';

/** What is asked for is read as a JSONPath expression. @throws {Error} with kubectl's text */
function nodesOf(text: string): readonly Node[] {
  const [piece, ...others] = parseJsonPath(`{.${text.replace(/\.$/, '')}}`);
  if (piece?.type !== 'action' || others.length > 0) throw new Error('must pass in 1 jsonpath string');
  return piece.nodes;
}

/** @throws {Error} with the text for nodes that are no fields */
const fieldsOf = (nodes: readonly Node[], problem: string): readonly string[] =>
  nodes.map((node) => {
    if (node.type !== 'field') throw new Error(problem);
    return node.name;
  });
