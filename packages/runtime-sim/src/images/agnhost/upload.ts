import type { HttpCall, HttpReply, Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import { log, text } from './go-server.ts';

/** Keeps the file of a form, and tells where. */
export async function upload(process: Process, call: HttpCall): Promise<HttpReply> {
  await log(process, 'GET /upload');
  const sent = await fileOf(call);
  if (typeof sent === 'string') return refused(process, 'Unable to upload file.', `Unable to upload file: ${sent}`);
  const path = `/uploads/upload${process.rng.uint32()}`;
  const written = attempt(() => process.fs.writeFile(path, sent, { mode: 0o700 }));
  if ('error' in written) {
    const reason = `open ${path}: ${written.error.message.toLowerCase()}`;
    return refused(process, 'Unable to open file for write', `Unable to open file for write: ${reason}`);
  }
  await log(process, `Wrote upload to ${path}`);
  return text(JSON.stringify({ output: path }), 201);
}

async function refused(process: Process, error: string, told: string): Promise<HttpReply> {
  await log(process, told);
  return text(JSON.stringify({ error }));
}

/** What the field `file` holds, or why there is none, as Go's `http.Request.FormFile` says it. */
async function fileOf({ headers, body }: HttpCall): Promise<Uint8Array | string> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return "request Content-Type isn't multipart/form-data";
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  try {
    const form = await new Response(new Blob(chunks), { headers: { 'content-type': type } }).formData();
    const file = form.get('file');
    return file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : 'http: no such file';
  } catch {
    return 'multipart: NextPart: EOF';
  }
}
