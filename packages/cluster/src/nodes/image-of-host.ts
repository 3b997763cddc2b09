import type { Program } from '@tabernetes/node-api';
import { type ImageRecipe, type ImageReference, parseReference } from '@tabernetes/runtime-sim';

/** An image whose programs are functions of the host. They run where the cluster runs, and are trusted like the host itself. */
export interface HostImage {
  /** Programs by name, which are found in /usr/local/bin, or by absolute path. */
  readonly bin: Readonly<Record<string, Program>>;
  /** Default: the first program, when there is no cmd either. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Text files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** Number or name, with a group if need be: `1000:1000`. Default root. */
  readonly user?: string;
}

const SIZE_BYTES = 10 * 1024 ** 2;

/**
 * Finds recipes of images by the names under which they are registered. A name without tag stands for all tags.
 * @throws {Error} a name cannot be that of an image
 */
export function imagesOfHost(
  images: Readonly<Record<string, HostImage>>,
): (reference: ImageReference) => ImageRecipe | undefined {
  const byName = new Map<string, ImageRecipe>();
  for (const [name, image] of Object.entries(images)) {
    const { registry, repository, canonical } = parseReference(name);
    const hasTag = /[:@]/.test(name.slice(name.lastIndexOf('/') + 1));
    byName.set(hasTag ? canonical : `${registry}/${repository}`, recipeOf(image));
  }
  return ({ registry, repository, canonical }) => byName.get(canonical) ?? byName.get(`${registry}/${repository}`);
}

function recipeOf({ bin, entrypoint, cmd, ...rest }: HostImage): ImageRecipe {
  const programs = Object.fromEntries(
    Object.entries(bin).map(([name, program]) => [name.startsWith('/') ? name : `/usr/local/bin/${name}`, program]),
  );
  const [first] = Object.keys(programs);
  const start = entrypoint ?? (cmd === undefined && first !== undefined ? [first] : []);
  return { ...rest, sizeBytes: SIZE_BYTES, programs, entrypoint: start, ...(cmd && { cmd }) };
}
