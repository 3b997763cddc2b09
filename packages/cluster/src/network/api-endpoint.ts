import type { HttpCall, HttpReply } from '@tabernetes/node-api';

/** An HTTP call of a process as a `Request`, and what is answered as it streams. */
export async function answerCall(
  fetch: (request: Request) => Promise<Response>,
  { method, url, headers, body, signal }: HttpCall,
): Promise<HttpReply> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
  }
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) if (!HOP_BY_HOP.has(name)) sent.set(name, value);
  const response = await fetch(
    new Request(`https://${headers['host'] ?? 'kubernetes.default.svc'}${url}`, {
      method,
      headers: sent,
      signal,
      ...(size > 0 && method !== 'GET' && method !== 'HEAD' && { body: joined(chunks, size) as BodyInit }),
    }),
  );
  const answered: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    answered[name] = value;
  });
  return {
    status: response.status,
    headers: answered,
    ...(response.body !== null && { body: pieces(response.body) }),
  };
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);

async function* pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever reads no further ends the watch.
    await reader.cancel().catch(() => undefined);
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
