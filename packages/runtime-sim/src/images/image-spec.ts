import type { DirectoryNode } from '../file-system/node.ts';
import type { Applet } from '../process/proc.ts';

/** An image as data, and the programs in it. */
export interface ImageSpec {
  /** Name with tag, normalised: `docker.io/library/nginx:1.27`. */
  readonly reference: string;
  /** 64 hexadecimal digits: of the manifest (repoDigests) and of the configuration (id). */
  readonly digest: string;
  readonly id: string;
  readonly sizeBytes: number;
  /** Shared by all its containers and never changed. Made when the first file is looked at. */
  root(): DirectoryNode;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Number, name, or either with a group (`1000:1000`); empty is root. */
  readonly user: string;
  /** The groups of root, where they are more than its own. */
  readonly rootGroups?: readonly number[];
  /** Default TERM. */
  readonly stopSignal?: string;
  /** What the entrypoint and cmd of the image itself run, so that starting it looks at no file. */
  readonly main?: Applet;
  /** True when no catalogue entry describes it. */
  readonly simulated: boolean;
}

/** What a registry refuses with; `code` is the gRPC code that containerd gives it. */
export class PullError extends Error {
  override readonly name = 'ImagePullError';
  readonly code: string;
  /** How long it takes to find out, in milliseconds. */
  readonly afterMs: number;
  constructor(code: string, message: string, afterMs = 0) {
    super(message);
    this.code = code;
    this.afterMs = afterMs;
  }
}

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** Where nodes pull from. */
export interface ImageSource {
  /** @throws {PullError} */
  find(reference: ImageReference, auth: readonly Credential[]): ImageSpec | Promise<ImageSpec>;
}

/** A name taken apart, with the defaults of Docker put in. */
export interface ImageReference {
  /** `docker.io`, `quay.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/nginx`. */
  readonly repository: string;
  /** `latest` when the name has neither tag nor digest. Beside a digest it names nothing, and only tells which version is meant. */
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
  /** All of it, without a tag where there is a digest: `docker.io/library/nginx:1.27`. */
  readonly canonical: string;
}

/**
 * Takes a name apart. @throws {PullError} when it is none
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function parseReference(name: string): ImageReference {
  const bad = (): never => {
    throw new PullError('InvalidArgument', `failed to parse reference "${name}": invalid reference format`);
  };
  const [beforeDigest = '', digest] = name.split('@');
  const slash = beforeDigest.indexOf('/');
  const first = beforeDigest.slice(0, slash);
  const hasRegistry = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = hasRegistry ? first : 'docker.io';
  const rest = hasRegistry ? beforeDigest.slice(slash + 1) : beforeDigest;
  const [, path = '', givenTag] = /^(.*?)(?::([^:/]*))?$/.exec(rest) ?? [];
  if (!/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(path)) bad();
  if (givenTag !== undefined && !/^\w[\w.-]{0,127}$/.test(givenTag)) bad();
  if (digest !== undefined && !/^[a-z0-9]+:[0-9a-f]{32,}$/.test(digest)) bad();
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const tag = givenTag ?? (digest === undefined ? 'latest' : undefined);
  const canonical = `${registry}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
  return { registry, repository, tag, digest, canonical };
}
