import type { Pod } from '@tabernetes/api/types/core-v1';
import type { ExecSession } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { checkSegment } from '../../resources/info.ts';
import { containerOf } from '../../stream/pod-of.ts';
import { openSession } from '../../stream/session.ts';
import type { Place } from './place.ts';

/** Starts a command in the container that the place and the flags name. @throws {StatusError} {Error} with kubectl's text */
export async function startIn(
  context: CommandContext,
  place: Place,
  command: readonly string[],
  { stdin = false, quiet = false }: { readonly stdin?: boolean; readonly quiet?: boolean } = {},
): Promise<ExecSession> {
  const { api, namespace, flags } = context;
  const home = place.namespace || namespace().name;
  checkSegment('resource name', place.pod);
  const pod = await api().object<Pod>(
    'GET',
    `/api/v1/namespaces/${encodeURIComponent(home)}/pods/${encodeURIComponent(place.pod)}`,
  );
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = flags.string('container') || containerOf(context, pod, '', quiet);
  return openSession(context, pod, { verb: 'exec', container, command, stdin, tty: false });
}

/** What comes from a stream, piece by piece; who stops early lets go of the stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array> | undefined): AsyncGenerator<Uint8Array> {
  if (stream === undefined) return;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** Writes all that comes from a stream. */
export async function passOn(
  stream: ReadableStream<Uint8Array> | undefined,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  for await (const chunk of chunksOf(stream)) await write(chunk);
}
