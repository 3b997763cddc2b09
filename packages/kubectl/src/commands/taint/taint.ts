import type { Node, Taint } from '@tabernetes/api/types/core-v1';
import { isQualifiedName, isValidLabelValue, type KubeObject } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { Aggregate, usageError } from '../../errors.ts';
import { select } from '../../resources/select.ts';
import { typeAt } from '../../resources/type-path.ts';
import { dryRunOf, fieldValidation } from '../../writing/dry-run.ts';
import { strategicPatchOf } from '../../writing/pod-spec.ts';
import { typedPrinter } from '../../writing/print.ts';
import { patchInfo } from '../../writing/requests.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
type Spec = { readonly key: string; readonly value?: string; readonly effect: string };

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_taint/ */
const taint: Command = {
  async run(context) {
    const { flags, args, path, namespace } = context;
    const dryRun = dryRunOf(context);
    const validation = fieldValidation(context);
    const names: string[] = [];
    const specs: string[] = [];
    for (const arg of args) {
      if (/[=:]|-$/.test(arg)) specs.push(arg);
      else if (specs.length > 0) throw new Error(`all resources must be specified before taint changes: ${arg}`);
      else names.push(arg);
    }
    const [type, ...nodes] = names;
    if (type === undefined) throw new Error('one or more resources must be specified as <resource> <name>');
    if (specs.length === 0) throw new Error('at least one taint update is required');
    let parsed: ReturnType<typeof parseTaints>;
    try {
      parsed = parseTaints(specs);
    } catch (error) {
      throw usageError(path, error instanceof Error ? error.message : '');
    }
    const { add, remove } = parsed;
    // Read as `explain` reads it, with a path of fields that says nothing here.
    const { resource: found } = await typeAt(context, type.toLowerCase(), false);
    if (found.kind !== 'Node') {
      throw new Error(`invalid resource type ${type.toLowerCase()}, only node types are supported`);
    }
    const both = remove.filter((gone) =>
      add.some((each) => each.key === gone.key && (gone.effect === '' || gone.effect === each.effect)),
    );
    if (both.length > 0) {
      const texts = both.map(({ key, effect }) => `${key}=${effect}`).join(', ');
      throw new Error(`can not both modify and remove the following taint(s) in the same command: ${texts}`);
    }
    const all = flags.bool('all');
    const selector = flags.string('selector');
    if (all && selector !== '') throw new Error("setting 'all' parameter with a non empty selector is prohibited");
    if (!all && selector === '' && nodes.length === 0) {
      throw new Error("at least one resource name must be specified since 'all' parameter is not set");
    }
    const selection = await select(context, {
      namespace: namespace().name,
      continueOnError: true,
      labelSelector: selector,
      selectAll: all,
      ...(all || selector !== '' ? { args: ['node'] } : { args: nodes, defaultType: 'node' }),
    });
    await selection.visit(async (info) => {
      const before = info.object as KubeObject & Node;
      const { operation, taints } = changed(before, add, remove, flags.bool('overwrite'));
      const { taints: _, ...rest } = before.spec ?? {};
      const after = { ...before, spec: taints.length === 0 ? rest : { ...rest, taints } } as KubeObject;
      // The real one forgets here, as with patches, that it was a dry run.
      const printer = typedPrinter(context, operation, 'none');
      if (dryRun === 'client') {
        printer.print(after);
        return;
      }
      const patch = strategicPatchOf(before, after) ?? {};
      const patched = await patchInfo(context, info, 'strategic', patch, { dryRun, fieldValidation: validation });
      printer.print(patched.object);
    });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { taint };

function parseTaints(specs: readonly string[]): { readonly add: readonly Spec[]; readonly remove: readonly Spec[] } {
  const add: Spec[] = [];
  const remove: Spec[] = [];
  for (const text of specs) {
    if (text.endsWith('-')) {
      const { key, effect } = parseTaint(text.slice(0, -1));
      remove.push({ key, effect });
      continue;
    }
    const made = parseTaint(text);
    if (made.effect === '') throw new Error(`invalid taint spec: ${text}`);
    if (add.some(({ key, effect }) => key === made.key && effect === made.effect)) {
      throw new Error(
        `duplicated taints with the same key and effect: {${made.key} ${made.value ?? ''} ${made.effect} <nil>}`,
      );
    }
    add.push(made);
  }
  return { add, remove };
}

function parseTaint(text: string): Spec {
  const [whole = '', effect = '', ...more] = text.split(':');
  if (more.length > 0) throw new Error(`invalid taint spec: ${text}`);
  let [key, value]: [string, string | undefined] = [whole, undefined];
  if (text.includes(':')) {
    if (!EFFECTS.includes(effect)) throw new Error(`invalid taint effect: ${effect}, unsupported taint effect`);
    const parts = whole.split('=');
    if (parts.length > 2) throw new Error(`invalid taint spec: ${text}`);
    [key = '', value] = parts as [string, string | undefined];
    const problems = value === undefined ? [] : isValidLabelValue(value);
    if (problems.length > 0) throw new Error(`invalid taint spec: ${text}, ${problems.join('; ')}`);
  }
  const problems = isQualifiedName(key);
  if (problems.length > 0) throw new Error(`invalid taint spec: ${text}, ${problems.join('; ')}`);
  return { key, effect, ...(value !== undefined && value !== '' && { value }) };
}

function changed(
  node: KubeObject & Node,
  add: readonly Spec[],
  remove: readonly Spec[],
  overwrite: boolean,
): { readonly operation: string; readonly taints: readonly Taint[] } {
  const old = node.spec?.taints ?? [];
  const isSame = (a: Spec, b: Spec): boolean => a.key === b.key && a.effect === b.effect;
  if (!overwrite) {
    const taken = add.filter((each) => old.some((one) => isSame(one as Spec, each))).map(({ key }) => key);
    if (taken.length > 0) {
      throw new Error(
        `node ${node.metadata.name} already has ${taken.join(',')} taint(s) with same effect(s) and --overwrite is false`,
      );
    }
  }
  let taints: Taint[] = [...(add as readonly Taint[])];
  for (const each of old) if (!taints.some((one) => isSame(one as Spec, each as Spec))) taints.push(each);
  const isAdded = old.length !== taints.length;
  let isDeleted = false;
  const errors: Error[] = [];
  for (const gone of remove) {
    const left = taints.filter(({ key, effect }) => key !== gone.key || (gone.effect !== '' && effect !== gone.effect));
    isDeleted = left.length !== taints.length;
    if (!isDeleted) {
      errors.push(
        new Error(`taint ${JSON.stringify(gone.effect === '' ? gone.key : `${gone.key}:${gone.effect}`)} not found`),
      );
    }
    taints = left;
  }
  if (errors.length > 0) throw new Aggregate(errors);
  if ((isAdded && isDeleted) || overwrite) return { operation: 'modified', taints };
  return { operation: isAdded ? 'tainted' : 'untainted', taints };
}
