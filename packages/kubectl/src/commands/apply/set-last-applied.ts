import { decodeYaml, isNotFound, type KubeObject, SyntaxProblem } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { goJson } from '../../go-json.ts';
import { fetchInfo, type Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { infoText, withSource } from '../../writing/errors.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { LAST_APPLIED, lastApplied } from '../../writing/last-applied.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { patchInfo } from '../../writing/requests.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/kubectl_apply_set-last-applied/ */
export const setLastApplied: Command = {
  async run(context) {
    const { flags, out, api } = context;
    const dryRun = dryRunOf(context);
    const printer = writtenPrinter(context, 'configured', dryRun);
    const selection = await select(context, fileOptions(context));
    const changed: { readonly info: Info; readonly patch: unknown }[] = [];
    await selection.visit(async (info) => {
      const text = goJson(info.object);
      const patch = annotationPatch(info.object as KubeObject);
      let live: Info;
      try {
        live = await fetchInfo(api(), info);
      } catch (error) {
        if (isNotFound(error)) throw error;
        throw withSource(
          `retrieving current configuration of:\n${infoText(info)}\nfrom server for:`,
          info.source,
          error,
        );
      }
      const original = lastApplied(live.object);
      if (original === undefined && !flags.bool('create-annotation')) {
        throw new Error(
          `no last-applied-configuration annotation found on resource: ${live.name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      if (original !== undefined && asJson(original) === text) {
        out.write(`set-last-applied ${live.name}: no changes required.\n`);
      } else changed.push({ info: live, patch });
    });
    for (const { info, patch } of changed) {
      const result =
        dryRun === 'client' ? info : await patchInfo(context, info, 'merge', patch, { dryRun, fieldManager: '' });
      printer.print(result.object);
    }
    return undefined;
  },
};

/** What is no YAML is compared as it stands. */
function asJson(text: string): string {
  try {
    return goJson(decodeYaml(text).value);
  } catch (error) {
    if (error instanceof SyntaxProblem) return text;
    throw error;
  }
}

/** Sets the annotation to the object itself, a line, and nothing else. */
export const annotationPatch = (object: KubeObject): unknown => ({
  metadata: { annotations: { [LAST_APPLIED]: `${goJson(object)}\n` } },
});
