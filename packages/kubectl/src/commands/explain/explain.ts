import type { Command, CommandContext } from '../../command.ts';
import type { ApiResource, Discovery } from '../../discovery/discovery.ts';
import { withoutPrefix } from '../../errors.ts';
import { type Node, parseJsonPath } from '../../jsonpath/parse.ts';
import { explainPlainly, type GroupVersionKind, type OpenApiDocument } from './plaintext.ts';
import { explainSwagger, type SwaggerDocument } from './plaintext-v2.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_explain/ */
const explain: Command = {
  async run(context) {
    const { flags, args, out, api } = context;
    const [text] = args;
    if (text === undefined) {
      throw new Error(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    }
    if (args.length > 1) throw new Error('We accept only this format: explain RESOURCE\n');
    const apiVersion = flags.string('api-version');
    const { resource, path } = await named(context, text, apiVersion === '');
    const asked = apiVersion === '' ? resource : { ...resource, ...groupVersionOf(apiVersion) };
    const format = flags.string('output');
    const recursive = flags.bool('recursive');
    if (format === 'plaintext-openapiv2') {
      const { group, version } = asked;
      const kind: GroupVersionKind = { group, version, kind: resource.kind };
      const document = await api().openApi.document<SwaggerDocument>('/openapi/v2');
      out.write(explainSwagger(document, kind, path, recursive));
      return undefined;
    }
    const document = await documentOf(context, asked);
    if (format !== 'plaintext') throw new Error(`unrecognized format: ${format}`);
    explainPlainly(
      document,
      { group: asked.group, version: asked.version, resource: asked.name, path, recursive },
      (part) => out.write(part),
    );
    return undefined;
  },
};

export const commands = { explain };

interface Named {
  readonly resource: ApiResource;
  readonly path: readonly string[];
}

/** `pods.spec`, `deployments.apps.spec` (only without --api-version). @throws {Exit} when there is no such type */
async function named({ api }: CommandContext, text: string, mayNameGroup: boolean): Promise<Named> {
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
export async function typeOf(
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
export const NO_FIELD = 'invalid jsonpath syntax, all nodes must be field nodes';

/** What is asked for is read as a JSONPath expression. @throws {Error} with kubectl's text */
function nodesOf(text: string): readonly Node[] {
  const [piece, ...others] = parseJsonPath(`{.${text.replace(/\.$/, '')}}`);
  if (piece?.type !== 'action' || others.length > 0) throw new Error('must pass in 1 jsonpath string');
  return piece.nodes;
}

/** @throws {Error} with the text for nodes that are no fields */
export const fieldsOf = (nodes: readonly Node[], problem: string): readonly string[] =>
  nodes.map((node) => {
    if (node.type !== 'field') throw new Error(problem);
    return node.name;
  });

/** @throws {Error} with Go's text */
function groupVersionOf(text: string): { readonly group: string; readonly version: string } {
  const parts = text.split('/');
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${text}`);
  const [first = '', second] = parts;
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** @throws {Error} when the server does not serve the group and version */
async function documentOf({ api }: CommandContext, { group, version, name }: ApiResource): Promise<OpenApiDocument> {
  const { openApi } = api();
  const index = await openApi.index();
  const url = index[group === '' ? `api/${version}` : `apis/${group}/${version}`];
  if (url === undefined) throw new Error(`couldn't find resource for "${group}/${version}, Resource=${name}"`);
  return openApi.document<OpenApiDocument>(url);
}
