import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../command.ts';
import { messageOf, usageError } from '../errors.ts';
import { dryRunOf, fieldValidation } from '../writing/dry-run.ts';
import { LAST_APPLIED, withAnnotations } from '../writing/last-applied.ts';
import { typedPrinter } from '../writing/print.ts';
import { createInfo } from '../writing/requests.ts';
import { typed } from '../writing/schema-of.ts';
import { isClusterScoped, typedResource } from './typed-resource.ts';

/** Makes one object of the flags of a `kubectl create …`. */
export interface Generator {
  /** What is wrong with the flags. @throws {Error} */
  check?(context: CommandContext, name: string): void | Promise<void>;
  make(context: CommandContext, name: string): KubeObject | Promise<KubeObject>;
  /** Stands in front of refusals: `failed to create deployment: `. Absent: they are told as they are. */
  readonly failure?: string | ((object: KubeObject) => string);
  /** `--save-config` notes only what is sent. */
  readonly remembersSent?: boolean;
  /** Arguments may follow the name, behind `--` or not. */
  readonly takesCommand?: boolean;
}

/** The command that makes an object by a {@link Generator} and creates it. */
export function createCommand(generator: Generator): Command {
  return {
    async run(context) {
      const name = nameOfArguments(context);
      const dryRun = dryRunOf(context);
      const printer = typedPrinter(context, 'created', dryRun);
      const validation = fieldValidation(context);
      await generator.check?.(context, name);
      const made = await generator.make(context, name);
      const { name: namespace, explicit } = context.namespace();
      const plain = isClusterScoped(made.kind)
        ? made
        : explicit
          ? { ...made, metadata: { ...made.metadata, namespace } }
          : made;
      const isSaved = context.flags.bool('save-config') && (dryRun !== 'client' || !generator.remembersSent);
      const object = isSaved ? saved(plain) : plain;
      if (dryRun === 'client') {
        printer.print(object);
        return undefined;
      }
      const resource = typedResource(object);
      try {
        const info = { resource, namespace, name, source: '', object: typed(object), subresource: '' };
        const created = await createInfo(context, info, { dryRun, fieldValidation: validation });
        printer.print(created.object);
      } catch (error) {
        const { failure } = generator;
        if (failure === undefined) throw error;
        throw new Error(`${typeof failure === 'string' ? failure : failure(object)}${messageOf(error)}`);
      }
      return undefined;
    },
  };
}

/** The one NAME of a command; what stands behind `--` does not count. @throws {Error} */
export function nameOfArguments({ flags, args, path }: CommandContext): string {
  const count = flags.argsBeforeDash ?? args.length;
  if (count !== 1) throw usageError(path, `exactly one NAME is required, got ${count}`);
  return args[0] ?? '';
}

/** The object with itself in the annotation of `kubectl apply`, as its type prints it. */
export function saved(object: KubeObject): KubeObject {
  const { annotations = {} } = object.metadata;
  return withAnnotations(object, { ...annotations, [LAST_APPLIED]: `${JSON.stringify(typed(object))}\n` });
}

/** `10`, `10%` or a name: whole numbers are numbers. */
export const intOrString = (text: string): number | string =>
  /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : text;

/** An object of the given kind; its parts are what the caller says. */
export const objectOf = (
  apiVersion: string,
  kind: string,
  metadata: KubeObject['metadata'],
  rest: Readonly<Record<string, unknown>>,
): KubeObject => ({ apiVersion, kind, metadata, ...rest }) as KubeObject;
