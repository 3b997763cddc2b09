import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { isNetError } from '../programs/support/command.ts';
import { aside, flag, serveUntilStopped, target, text } from './serve.ts';

/** luksa/kiada: the application of the second book, in all its versions. */
export function kiada(version: string): Program {
  const slim = version.replace('-slim', '');
  return async (process) => {
    const { env } = process;
    const port = Number(flag(process, 'listen-port') ?? 8080);
    const number = Number(slim.split('.').slice(0, 2).join('.'));
    const log = (line: string): Promise<void> =>
      process.stdout.write(`${new Date(process.now()).toISOString()} ${line}\n`);
    const startedMs = process.now();
    let message = env['INITIAL_STATUS_MESSAGE'] ?? '';
    await log('Kiada - Kubernetes in Action Demo Application');
    await log('---------------------------------------------');
    await log(`Kiada ${slim} starting...`);
    if (number >= 0.4) await log(`Pod name is ${env['POD_NAME'] ?? 'unknown-pod'}`);
    await log(`Local hostname is ${process.hostname}`);
    if (number >= 0.4) {
      await log(`Local IP is ${env['POD_IP'] ?? '0.0.0.0'}`);
      await log(`Running on node ${env['NODE_NAME'] ?? 'unknown-node'}`);
      await log(`Node IP is ${env['NODE_IP'] ?? '0.0.0.0'}`);
      await log(`Status message is ${message}`);
    }
    if (number >= 0.5) {
      await log(`URL of the quote service is ${env['QUOTE_URL'] ?? `localhost:${port}/quote`}`);
      await log(`URL of the quiz service is ${env['QUIZ_URL'] ?? `localhost:${port}dummy/quiz`}`);
    }
    if (number >= 0.9) await log(`URL of the node-agent service is ${env['NODE_AGENT_URL']}`);
    await log(`Listening on port ${port}`);
    if (number >= 0.2)
      aside(
        process,
        readMessages(process, (line) => {
          message = line;
          return log(`Status message set to: ${line}`);
        }),
      );
    const handler = async (call: HttpCall): Promise<HttpReply> => {
      const client = `::ffff:${call.remote.ip}`;
      await log(`Received request for ${call.url} from ${client}`);
      const failAfterMs = Number(env['FAIL_AFTER_SECONDS'] ?? 30) * 1000;
      if (slim === '0.8' && process.now() > startedMs + failAfterMs) {
        await log('Simulating failure. Returning 500 Internal Error.');
        return text(`This version of the app is configured to fail after ${failAfterMs / 1000}s.`, 500);
      }
      return page(process, slim, number, message, call);
    };
    // The first versions leave TERM to Node.js, which ignores it as process 1.
    if (number < 0.3) return serveUntilStopped(process, [{ port, handler }]);
    const farewell = `${new Date(process.now()).toISOString()} Received SIGTERM. Server shutting down...`;
    return serveUntilStopped(process, [{ port, handler, onTerm: 0, farewell }]);
  };
}

async function readMessages(process: Process, take: (line: string) => Promise<void>): Promise<void> {
  for (let line = await process.stdin.readLine(); line !== undefined; line = await process.stdin.readLine()) {
    if (line.trim() === '') await process.stderr.write('Enter new status message and press ENTER.\n');
    else await take(line);
  }
}

async function page(
  process: Process,
  version: string,
  number: number,
  message: string,
  call: HttpCall,
): Promise<HttpReply> {
  const { env } = process;
  const client = `::ffff:${call.remote.ip}`;
  const { path } = target(call);
  if (number < 0.2)
    return text(`Kiada version ${version}. Request processed by "${process.hostname}". Client IP: ${client}\n`);
  const fetched = async (url: string | undefined): Promise<string> => {
    try {
      return await (await process.net.fetch(url ?? 'http://localhost/')).text();
    } catch (error) {
      if (isNetError(error)) return `ERROR: connect ${error.code} ${error.address}`;
      throw error;
    }
  };
  const quiz = env['QUIZ_URL'];
  if (number >= 0.5 && path.startsWith('/proxy/quote')) return text(await fetched(env['QUOTE_URL']));
  if (number >= 0.5 && path.startsWith('/proxy/quiz'))
    return text(await fetched(`${quiz}${path.slice('/proxy/quiz'.length)}`));
  switch (path) {
    case '/healthz/ready':
      return number >= 0.5 ? text('Ready') : text('', 404);
    case '/':
    case '/text':
    case '/html': {
      if (path === '/' && (call.headers['accept'] ?? '').startsWith('text/html'))
        return { status: 302, headers: { location: 'html' }, body: 'Redirecting to the html version...' };
      const lines = [
        '==== REQUEST INFO',
        `Request processed by Kiada ${version} running in pod "${env['POD_NAME'] ?? 'unknown-pod'}" on node "${env['NODE_NAME'] ?? 'unknown-node'}".`,
        `Pod hostname: ${process.hostname}; Pod IP: ${env['POD_IP'] ?? '0.0.0.0'}; Node IP: ${env['NODE_IP'] ?? '0.0.0.0'}; Client IP: ${client}`,
        ...(message === '' ? [] : ['', message]),
      ];
      if (number >= 0.9) lines.push('', '==== NODE INFO', await fetched(env['NODE_AGENT_URL']));
      if (number >= 0.5 && path !== '/html') {
        lines.unshift(
          '==== TIP OF THE MINUTE',
          await fetched(env['QUOTE_URL'] ?? `http://localhost:8080/dummy/quote`),
          '',
        );
        lines.unshift('==== POP QUIZ', await question(fetched, quiz), '');
      }
      const body = `${lines.join('\n')}\n`;
      return path === '/html'
        ? text(`<html><body><pre>${body}</pre></body></html>\n`, 200, 'text/html')
        : text(`${body}\n`);
    }
    case '/dummy/quote':
      return text('Thou shall read the whole book!');
    default:
      return text(`${path} not found`, 404);
  }
}

async function question(fetched: (url: string) => Promise<string>, quiz: string | undefined): Promise<string> {
  const answer = await fetched(`${quiz}/questions/random`);
  if (!answer.startsWith('{')) return answer.trim();
  const { text: asked, answers } = JSON.parse(answer) as { readonly text: string; readonly answers: readonly string[] };
  return [asked, ...answers.map((each, i) => `${i}) ${each}`)].join('\n');
}
