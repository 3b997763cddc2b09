import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { json, serveUntilStopped, target, text } from '../serve.ts';
import type { Document } from './store.ts';
import { ask, findPrimary, type Host, resolveTarget } from './wire.ts';

const DATABASE = 'kiada';

/** luksa/quiz-api: questions out of a mongo next to it; not ready while that cannot be spoken to. */
export function quizApi(version: string): Program {
  return async (process) => {
    const address = process.env['MONGO_ADDRESS'] ?? process.env['MONGODB_URI'] ?? 'mongodb://127.0.0.1:27017';
    const log = (line: string): Promise<void> =>
      process.stderr.write(
        `${new Date(process.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} ${line}\n`,
      );
    await log(`Quiz API Server ${version} starting...`);
    await log('Listen address:  ":8080"');
    await log(`MongoDB address: "${address}"`);
    await log('Starting HTTP server...');
    const handler = async (call: HttpCall): Promise<HttpReply> => {
      try {
        return await answer(process, address, call, log);
      } catch (error) {
        if (!(error instanceof Error) || process.signal.aborted) throw error;
        await log(`INTERNAL ERROR: ${error.message}`);
        return text(
          `ERROR: connected to mongo, but couldn't execute the ping command: ${isNetError(error) ? error.code : error.message}\n`,
          500,
        );
      }
    };
    return serveUntilStopped(process, [{ port: 8080, handler, onTerm: 143 }]);
  };
}

async function answer(
  process: Process,
  address: string,
  call: HttpCall,
  log: (line: string) => Promise<void>,
): Promise<HttpReply> {
  const { path } = target(call);
  if (path === '/') return text(`This is the quiz service running in pod ${process.hostname}\n`);
  if (path === '/healthz/ready') {
    await server(process, address);
    return text('Readiness check successful');
  }
  const [, id, answers] = /^\/questions\/(\d+|random)(\/answers)?$/.exec(path) ?? [];
  if (id === undefined) return text('404 page not found\n', 404);
  const host = await server(process, address);
  const { documents = [] } = await ask(process, host, { op: 'find', collection: `${DATABASE}.questions` });
  const question =
    id === 'random'
      ? documents[process.rng.int(Math.max(1, documents.length))]
      : documents.find((each) => String(each['id']) === id);
  if (answers === undefined) {
    await log(`Received request for question ${id}`);
    if (question === undefined) return text(`ERROR: Question ${id} not found\n`, 404);
    const { correctAnswerIndex: _, _id: __, ...shown } = question;
    return json(shown);
  }
  if (question === undefined) return text(`ERROR: Question ${id} not found\n`, 404);
  const given = JSON.parse(await call.text()) as Document;
  const correctAnswerIndex = question['correctAnswerIndex'] ?? 0;
  const response: Document = {
    ...given,
    questionId: Number(id),
    timestamp: new Date(process.now()).toISOString(),
    correctAnswerIndex,
    correct: given['answerIndex'] === correctAnswerIndex,
  };
  await ask(process, host, { op: 'insert', collection: `${DATABASE}.responses`, documents: [response] });
  return json(response);
}

/** @throws {Error} while nobody can be written to */
async function server(process: Process, address: string): Promise<Host> {
  const host = await findPrimary(process, await resolveTarget(process, address));
  const { hello } = await ask(process, host, { op: 'hello' });
  if (hello?.initiated !== true) throw new Error('server selection error: no primary is known');
  return host;
}
