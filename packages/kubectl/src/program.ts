import { goQuote } from '@tabernetes/apimachinery';
import type { Process, Program } from '@tabernetes/node-api';
import { createApi } from './api.ts';
import type { Command, CommandContext, KubectlDeps } from './command.ts';
import { COMMANDS } from './commands/registry.ts';
import { configAccess } from './config/client-config.ts';
import { asksServer, firstLook } from './config/first-look.ts';
import { fileCache } from './discovery/document-cache.ts';
import { type Call, findCommand, isGroup, UnknownCommand } from './dispatch.ts';
import { launchEditor } from './editor.ts';
import { Exit, messageOf, report, usageError } from './errors.ts';
import { commandFact, flagFacts } from './facts.ts';
import { FlagError, FlagSet, HelpRequested } from './flags/flag-set.ts';
import { helpText, optionsText } from './help/help.ts';
import { type Printer, printer } from './io.ts';
import { type Klog, klog } from './logging/klog.ts';
import { requestLog } from './logging/request-log.ts';
import { requireSameVersion } from './match-version.ts';
import { KUBECTL_VERSION } from './version.ts';

/**
 * kubectl as a program: the same code in the command box, in containers, and as a command of Node.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/
 */
export function kubectl(deps: KubectlDeps): Program {
  return (process) => runLine(deps, process, process.argv.slice(1));
}

async function runLine(deps: KubectlDeps, process: Process, line: readonly string[]): Promise<number> {
  const out = printer(process.stdout);
  const err = printer(process.stderr);
  const seen: Seen = {};
  let code: number;
  try {
    code = (await perform(deps, process, line, out, err, seen)) ?? 0;
  } catch (error) {
    // Nobody reads any more: the process ends as SIGPIPE ends others, and says nothing.
    if (process.signal.aborted || (error as { readonly code?: unknown }).code === 'EPIPE') throw error;
    const { context } = seen;
    const isTraced = context !== undefined && context.flags.number('v') >= 4;
    const trace = isTraced
      ? (await deps.clock.hold(import('./logging/trace-errors.ts'))).tracedErrors(context)
      : undefined;
    const told = report(error, trace);
    if (told.text !== '') err.write(told.text.endsWith('\n') ? told.text : `${told.text}\n`);
    code = told.code;
  }
  await out.flush();
  await err.flush();
  return code;
}

/** What is known of a line when it fails. */
interface Seen {
  context?: CommandContext;
}

async function perform(
  deps: KubectlDeps,
  process: Process,
  line: readonly string[],
  out: Printer,
  err: Printer,
  seen: Seen,
): Promise<number | undefined> {
  // The real one looks for plugins before it reads flags, so a flag in front is told of as such.
  if (line[0] === 'help') return helpOf(deps, process, line.slice(1), out, err);
  if (line[0] === '__complete' || line[0] === '__completeNoDesc') {
    const { completeLine } = await deps.clock.hold(import('./completion/complete-line.ts'));
    const context = (call: Call, flags: FlagSet): CommandContext =>
      contextOf(deps, process, call, flags, out, err).context;
    return completeLine({ process, out, err, contextOf: context }, line[0], line.slice(1));
  }
  let call: Call;
  try {
    call = findCommand(line);
  } catch (error) {
    if (!(error instanceof UnknownCommand)) throw error;
    const ended = await pluginOf(deps, process, line, 1, err);
    if (ended === undefined) throw error;
    return ended;
  }
  const [subcommand = ''] = call.rest;
  if (call.path === 'create' && subcommand !== '' && !subcommand.startsWith('-') && allowsPlugins(process)) {
    const ended = await pluginOf(deps, process, line, line.length - call.rest.length + 1, err);
    if (ended !== undefined) return ended;
  }
  if (call.path === 'options') {
    out.write(optionsText());
    return 0;
  }
  const flags = new FlagSet(flagFacts(call.path), (text) => err.write(`${text}\n`));
  try {
    flags.parse(call.rest);
  } catch (error) {
    if (error instanceof HelpRequested) {
      out.write(call.path === '' ? await rootHelp(deps, process) : await helpText(call.path));
      return 0;
    }
    if (!(error instanceof FlagError)) throw error;
    // There 1 says that something differs.
    if (call.path === 'diff') throw new Exit(2, report(usageError(call.path, error.message)).text);
    throw new Error(`${error.message}\nSee 'kubectl${call.path === '' ? '' : ` ${call.path}`} --help' for usage.`);
  }
  const profile = flags.string('profile');
  // The flag of `kubectl debug` by that name is about something else.
  if (call.path !== 'debug' && !PROFILES.includes(profile)) throw new Error(`unknown profile '${profile}'`);
  if (call.path === 'alpha') {
    err.write('No alpha commands are available in this version of kubectl\n');
    return 0;
  }
  const command = await commandOf(call.path, deps);
  if (command === undefined) return groupHelp(deps, process, call, flags, out, err);
  const missing = flags.missing();
  if (missing.length > 0) throw new Error(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
  const { context, warnings } = contextOf(deps, process, call, flags, out, err);
  seen.context = context;
  if (asksServer(call.path, flags)) {
    firstLook(context.config, call.path, flags);
    if (flags.bool('match-server-version')) await requireSameVersion(context.api());
  }
  const code = await command.run(context);
  if (flags.bool('warnings-as-errors') && warnings() > 0) {
    throw new Error(`${warnings()} warning${warnings() === 1 ? '' : 's'} received`);
  }
  return code;
}

/** Runs the plugin that a line means; undefined: there is none. */
async function pluginOf(
  { clock }: KubectlDeps,
  process: Process,
  line: readonly string[],
  least: number,
  err: Printer,
): Promise<number | undefined> {
  try {
    const { runPlugin } = await clock.hold(import('./plugins.ts'));
    return await runPlugin(process, line, least);
  } catch (error) {
    err.write(`Error: ${messageOf(error)}\n`);
    return 1;
  }
}

/** Whether `create` may have subcommands that are plugins. */
const allowsPlugins = ({ env }: Process): boolean => env['KUBECTL_ENABLE_CMD_SHADOW']?.toLowerCase() !== 'false';

/** The help of all of kubectl, with what plugins add to it. */
async function rootHelp({ clock }: KubectlDeps, process: Process): Promise<string> {
  const { pluginCommands } = await clock.hold(import('./plugins.ts'));
  return helpText('', pluginCommands(process));
}

/** What `--profile` may be; there is nothing to measure here, so that nothing is written. */
const PROFILES = ['none', 'cpu', 'heap', 'goroutine', 'threadcreate', 'block', 'mutex'];

async function commandOf(path: string, { clock }: KubectlDeps): Promise<Command | undefined> {
  const [first = ''] = path.split(' ');
  const entry = COMMANDS[first];
  if (entry === undefined) {
    if (path === '' || isGroup(path)) return undefined;
    throw new Error(`the command ${goQuote(path)} is not available in this kubectl`);
  }
  const { commands } = await clock.hold(entry.load());
  return commands[path];
}

/** A group that does nothing by itself prints its help; words that follow are no commands of it. */
async function groupHelp(
  deps: KubectlDeps,
  process: Process,
  { path }: Call,
  flags: FlagSet,
  out: Printer,
  err: Printer,
): Promise<number> {
  const isHelp = path === '' || path === 'certificate' || commandFact(path)?.runnable !== true;
  if (!isHelp && flags.args.length > 0) throw usageError(path, `unknown command ${goQuote(flags.args.join(' '))}`);
  // Of all groups, this one fails on standard output.
  const text = path === '' ? await rootHelp(deps, process) : await helpText(path);
  (isHelp || path === 'rollout' ? out : err).write(text);
  return isHelp ? 0 : 1;
}

/** Words behind a command that are no commands below it do not count. */
async function helpOf(
  deps: KubectlDeps,
  process: Process,
  words: readonly string[],
  out: Printer,
  err: Printer,
): Promise<number> {
  let path = '';
  for (const word of words) {
    const next = path === '' ? word : `${path} ${word}`;
    if (commandFact(next) !== undefined) {
      path = next;
      continue;
    }
    if (path !== '') break;
    const topic = words.map((each) => `\`${each}\``).join(' ');
    const help = await rootHelp(deps, process);
    err.write(`Unknown help topic [${topic}]\n${help.slice(help.indexOf('\n\nBasic Commands'))}`);
    return 0;
  }
  out.write(path === '' ? await rootHelp(deps, process) : await helpText(path));
  return 0;
}

function contextOf(
  deps: KubectlDeps,
  process: Process,
  call: Call,
  flags: FlagSet,
  out: Printer,
  err: Printer,
): { readonly context: CommandContext; readonly warnings: () => number } {
  const config = configAccess(process, flags, deps.defaultConfig);
  let warnings = 0;
  const verbosity = flags.number('v');
  const log = klog({ now: () => deps.clock.now(), pid: process.pid, write: (text) => err.write(text) }, verbosity);
  let api: ReturnType<CommandContext['api']> | undefined;
  const context: CommandContext = {
    path: call.path,
    calledAs: call.calledAs,
    flags,
    args: flags.args,
    out,
    err,
    process,
    clock: deps.clock,
    config,
    namespace: () => config.namespace(),
    tell: (source, problem) => log.errorS(source, 'Unhandled Error', 'err', problem),
    complain: (source, text) => log.error(source, text),
    warn: (source, text) => log.warning(source, text),
    inform: (source, text) => log.info(source, text),
    trace(level, source, text) {
      if (verbosity >= level) log.info(source, text);
    },
    fatal(source, problem, code = 1) {
      log.fatal(source, problem);
      throw new Exit(code);
    },
    api() {
      if (api !== undefined) return api;
      const client = config.client();
      tellStart(
        log,
        config.paths.filter((path) => process.fs.exists(path)),
      );
      api = createApi(deps.connect(client, process), client, {
        userAgent: `kubectl/${KUBECTL_VERSION} (linux/amd64) kubernetes/tabernetes`,
        now: () => deps.clock.now(),
        setTimer: (delayMs, callback) => deps.clock.setTimer(delayMs, callback),
        onWarning(text) {
          warnings++;
          err.write(`Warning: ${text}\n`);
        },
        // Said by kubectl itself: it does not count for --warnings-as-errors.
        onAmbiguity: (text) => err.write(`Warning: ${text}\n`),
        onProblem: (text) => context.tell('memcache.go:265', text),
        onStale: () => context.trace(5, 'discovery.go:214', 'Invalidating discovery information'),
        ...(deps.keepsCache && { cache: fileCache(process, flags, client.server) }),
        ...(verbosity >= 6 && { log: requestLog(log, client) }),
        ...(verbosity >= 10 && {
          onKept: (source, path) => log.info(source, `returning cached discovery info from ${path}`),
        }),
      });
      return api;
    },
    edit(text, fileName) {
      return deps.edit === undefined ? launchEditor(process, text, fileName) : deps.edit(text, fileName);
    },
    run: (argv) => runLine(deps, process, argv),
  };
  return { context, warnings: () => warnings };
}

/** Client features of the pinned version that the real one names before it asks anything. */
const FEATURE_GATES = ['ClientsAllowCBOR', 'ClientsPreferCBOR', 'InformerResourceVersion', 'WatchListClient'];

function tellStart(log: Klog, configPaths: readonly string[]): void {
  if (log.verbosity >= 6) {
    for (const path of configPaths) log.info('loader.go:402', `Config loaded from file:  ${path}`);
  }
  if (log.verbosity < 1) return;
  for (const gate of FEATURE_GATES) {
    log.info('envvar.go:172', `"Feature gate default state" feature=${goQuote(gate)} enabled=false`);
  }
}
