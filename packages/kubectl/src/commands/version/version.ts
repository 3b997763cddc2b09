import { encodeYaml } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { CLIENT_VERSION, type VersionInfo } from '../../version.ts';

const KUSTOMIZE_VERSION = 'v5.5.0';
/** How many minor versions client and server may be apart. */
const SKEW = 1;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_version/ */
const version: Command = {
  async run({ flags, args, api, out, err }) {
    const output = flags.string('output');
    const isClientOnly = flags.bool('client');
    if (args.length > 0 && !isClientOnly) throw new Error(`extra arguments: [${args.join(' ')}]`);
    if (!['', 'yaml', 'json'].includes(output)) throw new Error("--output must be 'yaml' or 'json'");
    let server: VersionInfo | undefined;
    let failure: unknown;
    if (!isClientOnly) {
      try {
        server = await api().object<VersionInfo>('GET', '/version', { query: { timeout: '32s' } });
      } catch (error) {
        failure = error;
      }
    }
    const info = {
      clientVersion: CLIENT_VERSION,
      kustomizeVersion: KUSTOMIZE_VERSION,
      ...(server !== undefined && { serverVersion: inOrder(server) }),
    };
    if (output === 'yaml') out.write(`${encodeYaml(info)}\n`);
    else if (output === 'json') out.write(`${JSON.stringify(info, undefined, 2)}\n`);
    else {
      out.write(`Client Version: ${CLIENT_VERSION.gitVersion}\nKustomize Version: ${KUSTOMIZE_VERSION}\n`);
      if (server !== undefined) out.write(`Server Version: ${server.gitVersion}\n`);
    }
    if (server !== undefined) warnOfSkew(server.gitVersion, (text) => err.write(text));
    if (failure !== undefined) throw failure;
    return undefined;
  },
};

export const commands = { version };

/** The fields of a version in the order in which kubectl prints them. */
const inOrder = (info: VersionInfo): VersionInfo =>
  Object.fromEntries(
    Object.keys(CLIENT_VERSION).map((key) => [key, info[key as keyof VersionInfo] ?? '']),
  ) as unknown as VersionInfo;

/** @throws {Error} for versions that are none */
function warnOfSkew(text: string, write: (text: string) => void): void {
  const server = numbers(text);
  const client = numbers(CLIENT_VERSION.gitVersion);
  if (server.major === client.major && Math.abs(server.minor - client.minor) <= SKEW) return;
  write(
    `WARNING: version difference between client (${client.major}.${client.minor}) and server (${server.major}.${server.minor}) exceeds the supported minor version skew of +/-${SKEW}\n`,
  );
}

function numbers(text: string): { readonly major: number; readonly minor: number } {
  const match = /^v?(\d+)\.(\d+)\.\d+/.exec(text);
  if (match === null) throw new Error(messageOf(`could not parse ${JSON.stringify(text)} as version`));
  return { major: Number(match[1]), minor: Number(match[2]) };
}
