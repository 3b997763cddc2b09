import type { Program, Sandbox } from '@tabernetes/node-api';
import { type Applet, type ImageRecipe, type ImageReference, parseReference } from '@tabernetes/runtime-sim';

/**
 * An image of one's own. Programs that are functions run where the cluster runs, and are trusted like the host itself; those that are texts
 * run in workers of their own, and are not.
 */
export interface HostImage {
  /**
   * Programs by name, which are found in /usr/local/bin, or by absolute path: functions, or texts of modules such as
   * `export default async (proc) => 0`.
   */
  readonly bin: Readonly<Record<string, Program | string>>;
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

/** Images by the names under which they are registered. A name without tag stands for all tags. */
export interface ImageRegistry {
  /**
   * Puts an image there for pulls from now on; undefined takes it away. Nodes that have it keep what they have until they pull again.
   * @throws {Error} the name cannot be that of an image; a program is a text, and there is no sandbox
   */
  set(name: string, image: HostImage | undefined): void;
  find(reference: ImageReference): ImageRecipe | undefined;
}

/**
 * @param sandbox where programs run that are texts
 * @throws {Error} as {@link ImageRegistry.set}
 */
export function imageRegistry(
  images: Readonly<Record<string, HostImage>>,
  sandbox: Sandbox | undefined,
): ImageRegistry {
  const byName = new Map<string, ImageRecipe>();
  const registry: ImageRegistry = {
    set(name, image) {
      const { registry, repository, canonical } = parseReference(name);
      const hasTag = /[:@]/.test(name.slice(name.lastIndexOf('/') + 1));
      const key = hasTag ? canonical : `${registry}/${repository}`;
      if (image === undefined) byName.delete(key);
      else byName.set(key, recipeOf(name, image, sandbox));
    },
    find: ({ registry, repository, canonical }) => byName.get(canonical) ?? byName.get(`${registry}/${repository}`),
  };
  for (const [name, image] of Object.entries(images)) registry.set(name, image);
  return registry;
}

/** @throws {Error} a program is a text, and there is no sandbox */
function recipeOf(
  image: string,
  { bin, entrypoint, cmd, ...rest }: HostImage,
  sandbox: Sandbox | undefined,
): ImageRecipe {
  const programs = Object.fromEntries(
    Object.entries(bin).map(([name, program]) => [
      name.startsWith('/') ? name : `/usr/local/bin/${name}`,
      typeof program === 'string' ? ofText(image, program, sandbox) : program,
    ]),
  );
  const [first] = Object.keys(programs);
  const start = entrypoint ?? (cmd === undefined && first !== undefined ? [first] : []);
  const texts = Object.values(bin).filter((program) => typeof program === 'string');
  return {
    ...rest,
    sizeBytes: SIZE_BYTES,
    revision: texts.join('\n'),
    programs,
    entrypoint: start,
    ...(cmd && { cmd }),
  };
}

function ofText(image: string, source: string, sandbox: Sandbox | undefined): Applet {
  if (sandbox === undefined) {
    throw new Error(`image ${image}: its programs are texts, and this cluster was given no sandbox to run them in`);
  }
  return async (proc) => {
    const { userProgram } = await proc.until(proc.world.clock.hold(import('@tabernetes/runtime-sim/user-program')));
    return userProgram(sandbox, source)(proc);
  };
}
