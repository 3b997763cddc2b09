import type { ApiResource } from '../discovery/discovery.ts';
import { Aggregate } from '../errors.ts';
import type { Document } from './documents.ts';
import type { Info } from './info.ts';

/** Which objects a command works on: what kubectl's resource builder is told. */
export interface SelectOptions {
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** Objects of files must be in the namespace: it was asked for by a flag. */
  readonly requireNamespace?: boolean;
  readonly allNamespaces?: boolean;
  /** `-f` */
  readonly filenames?: readonly string[];
  /** `-k`: manifests that a kustomization builds, as one text, when they are wanted. */
  readonly kustomization?: { readonly source: string; readonly text: () => Promise<string> };
  readonly recursive?: boolean;
  readonly args?: readonly string[];
  /** The type of arguments that are mere names. */
  readonly defaultType?: string;
  /** A type without names means all objects of it. Default true. */
  readonly allowEmptySelector?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** `--all` */
  readonly selectAll?: boolean;
  /** Lists are read in pieces of this size; 0 reads them whole. */
  readonly chunkSize?: number;
  readonly subresource?: string;
  /** Goes on after an error, and tells of all at the end. */
  readonly continueOnError?: boolean;
  /** Lists come as their items. Default true. */
  readonly flatten?: boolean;
  /** Objects of files must be of kinds that kubectl knows, with every field of its type. */
  readonly typed?: boolean;
  /** Objects of files are read from the server. */
  readonly latest?: boolean;
  /** Objects that were named are read from the server. Default true. */
  readonly requireObject?: boolean;
  /** The server is not asked at all. */
  readonly local?: boolean;
  readonly singleResourceType?: boolean;
  /** Accept header and query of reads: how Tables are asked for. */
  readonly accept?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Looks at each document of a file before it is taken: client-side validation. @throws {Error} */
  readonly validate?: (document: Document) => Promise<void>;
}

/** What was selected; nothing has been read yet, but files named and types looked up. */
export interface Selection {
  /** True when exactly one object was asked for, so that one object is printed and no list. */
  readonly singleItemImplied: boolean;
  /** Types and where to watch them, when whole collections were asked for. */
  readonly collections: readonly { readonly resource: ApiResource; readonly namespace: string }[];
  /**
   * Calls back for each object, in order. Without `continueOnError` the first error ends it; else they are thrown
   * together at the end, those of the callback included.
   */
  visit(callback: (info: Info) => Promise<void>): Promise<void>;
  /** All objects, and the errors on the way. */
  collect(): Promise<{ readonly infos: readonly Info[]; readonly errors: readonly unknown[] }>;
}

export type Sink = (info: Info) => Promise<void>;
type OnError = (error: unknown) => void;
/** Delivers infos; with `onError`, an error of one does not keep others back. `onUnread`: what files do not give at all. */
export type Source = (sink: Sink, onError: OnError, onUnread: OnError) => Promise<void>;

export function selection(
  source: Source,
  { continueOnError }: SelectOptions,
  singleItemImplied: boolean,
  collections: Selection['collections'],
): Selection {
  return {
    singleItemImplied,
    collections,
    async visit(callback) {
      if (!continueOnError) return source(callback, ignored, ignored);
      const errors: unknown[] = [];
      // Told of after what went wrong with the rest, as one error.
      const unread: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      await source(
        (info) => callback(info).catch(onError),
        onError,
        (error) => unread.push(error),
      );
      if (unread.length > 0) errors.push(new Aggregate(unread));
      if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
    },
    async collect() {
      const infos: Info[] = [];
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      try {
        await source(
          async (info) => {
            infos.push(info);
          },
          onError,
          onError,
        );
      } catch (error) {
        errors.push(error);
      }
      return { infos, errors };
    },
  };
}

/** Without `continueOnError`, the first error is thrown instead. */
const ignored = (): void => undefined;

/** Runs a step; with `continueOnError` its error is kept and the next step goes on. */
export async function attempt<T>(
  { continueOnError }: SelectOptions,
  onError: OnError,
  step: () => Promise<T>,
): Promise<T | undefined> {
  if (!continueOnError) return step();
  try {
    return await step();
  } catch (error) {
    onError(error);
    return undefined;
  }
}
