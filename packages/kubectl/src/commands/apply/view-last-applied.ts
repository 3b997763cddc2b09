import { decodeYaml, encodeYaml } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import { indentJson } from '../../go-json.ts';
import { select } from '../../resources/select.ts';
import { withSource } from '../../writing/errors.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { lastApplied } from '../../writing/last-applied.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/kubectl_apply_view-last-applied/ */
export const viewLastApplied: Command = {
  async run(context) {
    const { flags, args, out, path } = context;
    const selection = await select(context, {
      ...fileOptions(context),
      args,
      // A type alone means all of it where a namespace was named, and nothing elsewhere: so it is upstream.
      allowEmptySelector: context.namespace().explicit,
      selectAll: flags.bool('all'),
      labelSelector: flags.string('selector'),
      latest: true,
    });
    const texts: string[] = [];
    await selection.visit(async (info) => {
      const text = lastApplied(info.object);
      if (text === undefined) {
        // Objects that were named are passed over: only what a file asks for must have one.
        if (info.source === '') return;
        const what = `no last-applied-configuration annotation found on resource: ${info.name}\n`;
        throw withSource(what, info.source, new Error('<nil>'));
      }
      texts.push(text);
    });
    for (const text of texts) {
      switch (flags.string('output')) {
        case 'json':
          out.write(indentJson(text, '  '));
          break;
        case 'yaml':
          out.write(encodeYaml(decodeYaml(text).value));
          break;
        default:
          throw usageError(
            path,
            `Unexpected -o output mode: ${flags.string('output')}, the flag 'output' must be one of yaml|json`,
          );
      }
    }
    return undefined;
  },
};
