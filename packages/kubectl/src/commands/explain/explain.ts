import type { Command, CommandContext } from '../../command.ts';
import type { ApiResource } from '../../discovery/discovery.ts';
import { typeAt } from '../../resources/type-path.ts';
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
    const { resource, path } = await typeAt(context, text, apiVersion === '');
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
