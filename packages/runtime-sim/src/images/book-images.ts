import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { attempt } from '../programs/support/command.ts';
import { formatDate, plainDate } from '../programs/support/date-format.ts';
import { json, serveUntilStopped, target, text, untilStopped } from './serve.ts';

const QUOTES = [
  'A journey of a thousand miles begins with a single step.',
  'Fortune favours the prepared.',
  'Simplicity is a great virtue.',
  'What is well asked is half answered.',
];

/** k8spatterns/random-generator: a REST service with everything that health probes and life-cycle hooks need. */
export function randomGenerator(version: string): Program {
  return async (process) => {
    const { env } = process;
    const { stdout } = process;
    if (process.argv.includes('RandomRunner')) return randomRunner(process);
    const id = process.rng.uuid();
    const log = (line: string): Promise<void> => stdout.write(`${line}\n`);
    await log(`  .   ____          _            __ _ _\n :: Spring Boot ::                (v2.7.0)\n`);
    await log(`=== Max Heap Memory: ${memoryMiB(process)} MB`);
    const scratch = attempt(() => process.fs.mkdir(`/tmp/tomcat.8080.${process.rng.uint32()}`));
    if ('error' in scratch) {
      await log(
        `org.springframework.context.ApplicationContextException: Unable to start web server; nested exception is org.springframework.boot.web.server.WebServerException: Unable to create tempDir. java.io.tmpdir is set to /tmp\nCaused by: java.io.IOException: ${scratch.error.message}`,
      );
      return 1;
    }
    if (env['WAIT_FOR_POST_START'] === undefined) await log('No WAIT_FOR_POST_START configured');
    else while (!process.fs.exists('/tmp/postStart-done')) await process.sleep(1000);
    process.usage({ memoryBytes: 120 * 1024 ** 2, cpuMillicores: 5 });
    let live = true;
    let ready = true;
    const delayMs = Number(env['DELAY_STARTUP'] ?? 0) * 1000;
    if (delayMs > 0) await process.sleep(delayMs);
    for (const path of ['/random-generator-ready', '/tmp/random-generator-ready', '/var/run/random-generator-ready'])
      attempt(() => process.fs.writeFile(path, ''));
    const random = (): number => process.rng.uint32() | 0;
    const handler = async (call: HttpCall): Promise<HttpReply> => {
      const { path, query } = target(call);
      switch (path) {
        case '/': {
          const startedMs = process.now();
          const burn = Number(query.get('burn') ?? 0);
          if (burn > 0) await process.sleep(Math.ceil(burn / 1_000_000));
          const number = random();
          await record(process, id, (process.now() - startedMs) * 1e6, number);
          const pattern = env['PATTERN'];
          return json({ random: number, id, version, ...(pattern === undefined ? {} : { pattern }) });
        }
        case '/info':
          return json({
            env,
            id,
            version,
            ...(env['PATTERN'] === undefined ? {} : { pattern: env['PATTERN'] }),
            'memory.max': memoryMiB(process),
            'cpu.procs': 1,
          });
        case '/actuator/health':
          return ready && live ? json({ status: 'UP' }) : json({ status: 'DOWN' }, 503);
        case '/actuator/health/liveness':
          return live ? json({ status: 'UP' }) : json({ status: 'DOWN' }, 503);
        case '/actuator/health/readiness':
          return ready ? json({ status: 'UP' }) : json({ status: 'OUT_OF_SERVICE' }, 503);
        case '/toggle-live':
          live = !live;
          return text('');
        case '/toggle-ready':
          ready = !ready;
          return text('');
        case '/memory-eater':
          process.usage({ memoryBytes: (120 + Number(query.get('mb') ?? 0)) * 1024 ** 2 });
          return text('');
        case '/shutdown':
          process.kill(process.pid, 'TERM');
          return text('');
        default:
          return json({ timestamp: new Date(process.now()).toISOString(), status: 404, error: 'Not Found', path }, 404);
      }
    };
    return serveUntilStopped(process, [
      { port: 8080, handler, onTerm: 143, farewell: '>>>> SHUTDOWN HOOK called. Possible clean up now ...' },
    ]);
  };
}

async function record(process: Process, id: string, nanos: number, random: number): Promise<void> {
  const file = process.env['LOG_FILE'];
  const line = `${formatDate('%H:%M:%S', process.now())}.${String(process.now() % 1000).padStart(3, '0')},${id},${nanos},${random}\n`;
  if (file !== undefined) attempt(() => process.fs.writeFile(file, line, { append: true }));
  const url = process.env['LOG_URL'];
  if (url === undefined) return;
  // A log that nobody takes must not fail the request.
  await process.net.fetch(url, { method: 'POST', body: line }).catch(() => undefined);
}

async function randomRunner(process: Process): Promise<number> {
  const at = process.argv.indexOf('RandomRunner');
  const [file = '/dev/null', countText = '1', pause = '0'] = process.argv.slice(at + 1);
  const count = Number(countText);
  const startedMs = process.now();
  await process.stdout.write(`Starting to create ${count} random numbers\n`);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) lines.push(`${process.rng.uint32()}\n`);
  process.fs.writeFile(file, lines.join(''), { append: true });
  if (Number(pause) > 0) await process.sleep(Number(pause) * 1000);
  await process.stdout.write(`Finished after ${process.now() - startedMs} ms\n`);
  return 0;
}

function memoryMiB(process: Process): number {
  const limit = attempt(() => Number(process.fs.readText('/sys/fs/cgroup/memory.max')));
  return 'value' in limit && Number.isFinite(limit.value) ? Math.floor(limit.value / 4 / 1024 ** 2) : 512;
}

/** luksa/kubia-pet: keeps what is posted. */
export const kubiaPet: Program = async (process) => {
  await process.stdout.write('Kubia server starting...\n');
  const file = '/var/data/kubia.txt';
  const handler = async (call: HttpCall): Promise<HttpReply> => {
    if (call.method === 'POST') {
      const body = await call.text();
      process.fs.writeFile(file, body);
      await process.stdout.write('New data has been received and stored.\n');
      return text(`Data stored on pod ${process.hostname}\n`);
    }
    const stored = attempt(() => process.fs.readText(file));
    return text(
      `You've hit ${process.hostname}\nData stored on this pod: ${'value' in stored ? stored.value : 'No data posted yet'}\n`,
    );
  };
  return serveUntilStopped(process, [{ port: 8080, handler }]);
};

/** luksa/fortune: writes a quotation now and then. `from` says where the interval stands. */
export function fortune(from: 'args' | 'env' | 'fixed'): Program {
  return async (process) => {
    const interval = from === 'args' ? process.argv[1] : from === 'env' ? process.env['INTERVAL'] : undefined;
    const seconds = Number(interval ?? 10);
    if (from !== 'fixed') await process.stdout.write(`Configured to generate new fortune every ${seconds} seconds\n`);
    process.fs.mkdir('/var/htdocs', { recursive: true });
    for (;;) {
      await process.stdout.write(`${plainDate(process.now())} Writing fortune to /var/htdocs/index.html\n`);
      process.fs.writeFile('/var/htdocs/index.html', `${QUOTES[process.rng.int(QUOTES.length)] ?? ''}\n`);
      await process.sleep(seconds * 1000);
    }
  };
}

/** luksa/quote-writer */
export const quoteWriter: Program = async (process) => {
  const file = process.argv[1] ?? '/var/local/output/quote';
  const seconds = Number(process.env['INTERVAL'] ?? 60);
  await process.stdout.write(
    `Quote Writer 0.1\nConfigured to write quote from /book-quotes.txt to ${file} every ${seconds} seconds\n`,
  );
  for (;;) {
    await process.stdout.write(`${plainDate(process.now())} Writing fortune...\n`);
    process.fs.mkdir(file.slice(0, Math.max(1, file.lastIndexOf('/'))), { recursive: true });
    process.fs.writeFile(file, `${QUOTES[process.rng.int(QUOTES.length)] ?? ''}\n`);
    await process.sleep(seconds * 1000);
  }
};

/** luksa/batch-job */
export const batchJob: Program = async (process) => {
  await process.stdout.write(`${plainDate(process.now())} Batch job starting\n`);
  await process.sleep(120_000);
  await process.stdout.write(`${plainDate(process.now())} Finished succesfully\n`);
  return 0;
};

/** luksa/ssd-monitor */
export const ssdMonitor: Program = async (process) => {
  for (;;) {
    await process.stdout.write('SSD OK\n');
    await process.sleep(5000);
  }
};

/** luksa/init-demo */
export const initDemo: Program = async (process) => {
  for (let i = 1; i <= 5; i++) {
    await process.stdout.write(`Performing initialization procedure ${i}/5\n`);
    await process.sleep(1000);
  }
  return 0;
};

/** vish/stress and polinux/stress: memory and CPU for the metrics. */
export const stress: Program = async (process) => {
  const after = (name: string): string | undefined => process.argv[process.argv.indexOf(name) + 1] ?? undefined;
  const has = (name: string): boolean => process.argv.includes(name);
  const amount = has('-mem-total') ? after('-mem-total') : has('--vm-bytes') ? after('--vm-bytes') : undefined;
  const cpus = Number((has('-cpus') ? after('-cpus') : has('--cpu') ? after('--cpu') : undefined) ?? 0);
  const match = /^(\d+)(Ki|Mi|Gi|K|M|G)?$/.exec(amount ?? '0');
  const unit = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match?.[2]?.[0] ?? ''] ?? 1;
  const bytes = Number(match?.[1] ?? 0) * unit * (has('--vm') ? Number(after('--vm') ?? 1) : 1);
  if (bytes > 0) await process.stderr.write(`Allocating "${amount}" memory\n`);
  process.usage({ memoryBytes: bytes + 1_000_000, cpuMillicores: cpus * 1000 });
  const timeout = has('--timeout') ? Number.parseInt(after('--timeout') ?? '0', 10) : 0;
  if (timeout === 0) return untilStopped(process, 143);
  await process.sleep(timeout * 1000);
  return 0;
};

/** What listens on a port, says its line and answers no HTTP: mongo, mysql, rabbitmq. */
export function silentServer(port: number, line: (process: Process) => string): Program {
  return async (process) => {
    await process.stdout.write(`${line(process)}\n`);
    const listener = process.net.listen(port, (connection) => connection.end());
    process.signal.addEventListener('abort', () => listener.close(), { once: true });
    const code = await untilStopped(process, 0);
    listener.close();
    return code;
  };
}

/** mysql: refuses to start without a password for root. */
export const mysqld: Program = async (process) => {
  const { env } = process;
  if (
    env['MYSQL_ROOT_PASSWORD'] === undefined &&
    env['MYSQL_ALLOW_EMPTY_PASSWORD'] === undefined &&
    env['MYSQL_RANDOM_ROOT_PASSWORD'] === undefined
  ) {
    await process.stderr.write(
      '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n',
    );
    return 1;
  }
  for (const folder of ['/etc/mysql/conf.d', '/etc/mysql/mysql.conf.d']) {
    const names = attempt(() => process.fs.readDirectory(folder));
    for (const name of 'value' in names ? names.value : [])
      if (name.endsWith('.cnf'))
        await process.stderr.write(`[Warning] the simulated mysqld does not read ${folder}/${name}\n`);
  }
  return silentServer(
    3306,
    (own) =>
      `${new Date(own.now()).toISOString()} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. port: 3306`,
  )(process);
};
