import { safeRegExp } from '../../programs/support/linear-regexp.ts';
import { ConfigError, type Directive } from './config.ts';
import { TUNING, WITHOUT_EFFECT } from './directives.ts';
import { below, type NginxSettings, SETTINGS, START } from './settings.ts';
import { durationMs, namedGroups, portable, wrongCount } from './values.ts';
import { checkVariables } from './variable-names.ts';

export interface NginxServer {
  readonly listens: readonly NginxListen[];
  readonly names: readonly string[];
  /** Names that are expressions: with a `~` in front. */
  readonly patterns: readonly RegExp[];
  readonly certificate: { readonly certificate: string; readonly key: string } | undefined;
  readonly locations: readonly NginxLocation[];
  /** What holds where no location does. */
  readonly settings: NginxSettings;
  /** What it answers with before any location is looked for. */
  readonly returns: NginxReturn | undefined;
  readonly tryFiles: readonly string[];
}

export interface NginxListen {
  readonly port: number;
  /** 0.0.0.0: every address. */
  readonly host: string;
  readonly tls: boolean;
  /** It answers for names that no server has. */
  readonly isDefault: boolean;
}

export interface NginxReturn {
  readonly status: number;
  readonly text: string | undefined;
}

export interface NginxLocation {
  readonly modifier: '' | '=' | '^~' | '~' | '~*' | '@';
  readonly path: string;
  /** Of `~` and `~*`. */
  readonly pattern: RegExp | undefined;
  readonly settings: NginxSettings;
  readonly returns: NginxReturn | undefined;
  readonly alias: string | undefined;
  readonly tryFiles: readonly string[];
  readonly proxy: { readonly url: string; readonly place: Directive } | undefined;
  /** Only internal redirects come here. */
  readonly internal: boolean;
}

export interface NginxMember {
  /** `host:port` */
  readonly address: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly down: boolean;
  readonly maxFails: number;
  readonly failTimeoutMs: number;
  readonly place: Pick<Directive, 'file' | 'line'>;
}

export interface NginxUpstream {
  readonly members: readonly NginxMember[];
  readonly method: 'turns' | 'least_conn' | 'ip_hash' | 'random';
}

export interface NginxConfig {
  readonly servers: readonly NginxServer[];
  readonly upstreams: ReadonlyMap<string, NginxUpstream>;
  /** Formats of logs by name. */
  readonly formats: ReadonlyMap<string, string>;
  /** Of the main level: what the server itself has to say. */
  readonly errorLog: NginxSettings['errorLog'];
  /** False: it stays in the foreground. */
  readonly daemon: boolean;
  /** What is written in it and changes nothing here, as lines of the error log. */
  readonly warnings: readonly string[];
  /** Where it says as whom the workers run. */
  readonly user: Pick<Directive, 'file' | 'line'> | undefined;
  readonly pidFile: string;
  /** Directories that nginx makes at its start, in their order. */
  readonly folders: readonly string[];
}

/** A path as it is below the directory of the configuration. */
const whole = (path: string): string => (path.startsWith('/') ? path : `/etc/nginx/${path}`);

/** What lies in the image for what is on its way. */
const FOLDERS = ['client', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name): [string, string] => [
  `${name === 'client' ? 'client_body' : name}_temp_path`,
  `/var/cache/nginx/${name}_temp`,
]);

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/**
 * What a configuration comes to.
 * @param orders directives of the command line (`-g`)
 * @throws {ConfigError} for what is wrong, and for what is not simulated
 */
export function modelOf(directives: readonly Directive[], orders: readonly Directive[] = []): NginxConfig {
  return new Reading(directives).model([...orders, ...directives]);
}

/** What is gathered while a configuration is read. */
class Reading {
  readonly #groups: ReadonlySet<string>;
  readonly #formats = new Map([['combined', COMBINED]]);
  readonly #warnings: string[] = [];
  readonly #folders = new Map(FOLDERS);
  #user: Directive | undefined;
  #pidFile = '/run/nginx.pid';

  constructor(directives: readonly Directive[]) {
    this.#groups = namedGroups(directives);
  }

  model(directives: readonly Directive[]): NginxConfig {
    const servers: NginxServer[] = [];
    const upstreams = new Map<string, NginxUpstream>();
    let outermost = START;
    let daemon: Directive | undefined;
    let events: Directive | undefined;
    for (const directive of directives) {
      const { name, block = [] } = directive;
      if (name === 'events') {
        events = directive;
        for (const each of block) if (!TUNING.test(each.name)) throw foreign(each);
      } else if (name === 'daemon') {
        if (daemon !== undefined) throw new ConfigError('"daemon" directive is duplicate', directive);
        daemon = directive;
      } else if (name === 'master_process') continue;
      else if (name === 'error_log') outermost = this.#inherited(outermost, directive);
      else if (name === 'http') this.#http(block, outermost, servers, upstreams);
      else this.#passed(directive);
    }
    const [first] = directives;
    if (events === undefined)
      throw new ConfigError(
        'no "events" section in configuration',
        first ?? { file: '/etc/nginx/nginx.conf', line: 1 },
      );
    return {
      servers,
      upstreams,
      formats: this.#formats,
      errorLog: outermost.errorLog,
      daemon: daemon?.args[0] !== 'off',
      warnings: this.#warnings,
      user: this.#user,
      pidFile: this.#pidFile,
      folders: [...this.#folders.values()],
    };
  }

  #http(
    block: readonly Directive[],
    outer: NginxSettings,
    servers: NginxServer[],
    upstreams: Map<string, NginxUpstream>,
  ): void {
    let settings = below(outer, block);
    for (const each of block) if (each.name === 'log_format') this.#format(each);
    for (const each of block) {
      if (each.name === 'upstream') upstreams.set(each.args[0] ?? '', this.#upstream(each));
      else if (each.name !== 'server' && each.name !== 'log_format') settings = this.#inherited(settings, each);
    }
    for (const each of block) if (each.name === 'server') servers.push(this.#server(each, settings));
  }

  #format(directive: Directive): void {
    const [name, ...rest] = directive.args;
    if (name === undefined || rest.length === 0) throw wrongCount(directive);
    if (rest[0]?.startsWith('escape=') && rest[0] !== 'escape=default')
      throw new ConfigError(`the simulated nginx has no "log_format ${rest[0]}"`, directive);
    checkVariables(directive, this.#groups);
    this.#formats.set(name, rest.filter((each) => each !== 'escape=default').join(''));
  }

  /** One that changes nothing. @throws {ConfigError} for one that would */
  #passed(directive: Directive): void {
    const { name, file, line, args } = directive;
    const [path = ''] = args;
    if (WITHOUT_EFFECT.test(name))
      this.#warnings.push(`"${name}" has no effect in the simulated nginx in ${file}:${line}`);
    else if (!TUNING.test(name)) throw foreign(directive);
    else if (name === 'user') this.#user = directive;
    else if (name === 'pid') this.#pidFile = whole(path);
    else if (this.#folders.has(name)) this.#folders.set(name, whole(path));
  }

  /** One that holds for everything below. @throws {ConfigError} */
  #inherited(settings: NginxSettings, directive: Directive): NginxSettings {
    const read = SETTINGS.get(directive.name);
    if (read === undefined) {
      this.#passed(directive);
      return settings;
    }
    checkVariables(directive, this.#groups);
    const made = { ...settings, ...read(settings, directive) };
    if (directive.name === 'access_log')
      for (const { format } of made.accessLogs)
        if (!this.#formats.has(format)) throw new ConfigError(`unknown log format "${format}"`, directive);
    return made;
  }

  #upstream(directive: Directive): NginxUpstream {
    let method: NginxUpstream['method'] = 'turns';
    const members: NginxMember[] = [];
    for (const each of directive.block ?? []) {
      if (each.name === 'server') members.push(memberOf(each));
      else if (each.name === 'least_conn' || each.name === 'ip_hash' || each.name === 'random') method = each.name;
      else this.#passed(each);
    }
    if (members.length === 0) throw new ConfigError('no servers are inside upstream', directive);
    return { members, method };
  }

  #server(directive: Directive, outer: NginxSettings): NginxServer {
    const { block = [] } = directive;
    let settings = below(outer, block);
    const listens: NginxListen[] = [];
    const names: string[] = [];
    const patterns: RegExp[] = [];
    let certificate: string | undefined;
    let key: string | undefined;
    let returns: NginxReturn | undefined;
    let tryFiles: readonly string[] = [];
    for (const each of block) {
      const [first = ''] = each.args;
      if (each.name === 'listen') {
        const listen = listenOf(each);
        if (!listens.some(({ port, host }) => port === listen.port && host === listen.host)) listens.push(listen);
      } else if (each.name === 'server_name') {
        for (const name of each.args) {
          if (name.startsWith('~')) patterns.push(patternOf(name.slice(1), 'i', each));
          else names.push(name.toLowerCase());
        }
      } else if (each.name === 'ssl_certificate') certificate = first;
      else if (each.name === 'ssl_certificate_key') key = first;
      else if (each.name === 'return') returns ??= this.#return(each);
      else if (each.name === 'try_files') tryFiles = this.#tryFiles(each);
      else if (each.name !== 'location') settings = this.#inherited(settings, each);
    }
    if (certificate === undefined && listens.some(({ tls }) => tls))
      throw new ConfigError('no "ssl_certificate" is defined for the "listen ... ssl" directive', directive);
    return {
      listens: listens.length === 0 ? [{ port: 80, host: EVERY, tls: false, isDefault: false }] : listens,
      names,
      patterns,
      certificate: certificate === undefined ? undefined : { certificate, key: key ?? '' },
      locations: block.filter(({ name }) => name === 'location').map((each) => this.#location(each, settings)),
      settings,
      returns,
      tryFiles,
    };
  }

  #location(directive: Directive, outer: NginxSettings): NginxLocation {
    const [first = '', second] = directive.args;
    const isNamed = second === undefined && first.startsWith('@');
    const modifier = (isNamed ? '@' : second === undefined ? '' : first) as NginxLocation['modifier'];
    if (!['', '=', '^~', '~', '~*', '@'].includes(modifier))
      throw new ConfigError(`invalid location modifier "${modifier}"`, directive);
    const path = second ?? first;
    const own = directive.block ?? [];
    let settings = below(outer, own);
    let alias: string | undefined;
    let returns: NginxReturn | undefined;
    let tryFiles: readonly string[] = [];
    let proxy: NginxLocation['proxy'];
    let internal = false;
    for (const each of own) {
      if (each.name === 'alias') alias = each.args[0];
      else if (each.name === 'internal') internal = true;
      else if (each.name === 'return') returns ??= this.#return(each);
      else if (each.name === 'try_files') tryFiles = this.#tryFiles(each);
      else if (each.name === 'proxy_pass') proxy = proxyOf(each, modifier);
      else settings = this.#inherited(settings, each);
    }
    const pattern = modifier.startsWith('~') ? patternOf(path, modifier === '~*' ? 'i' : '', directive) : undefined;
    return { modifier, path, pattern, settings, returns, alias, tryFiles, proxy, internal };
  }

  #return(directive: Directive): NginxReturn {
    const [first, second] = directive.args;
    if (first === undefined || directive.args.length > 2) throw wrongCount(directive);
    checkVariables(directive, this.#groups);
    if (/^\d{1,3}$/.test(first)) return { status: Number(first), text: second };
    if (second !== undefined || !/^(?:https?:\/\/|\$)/.test(first))
      throw new ConfigError(`invalid return code "${first}"`, directive);
    return { status: 302, text: first };
  }

  #tryFiles(directive: Directive): readonly string[] {
    if (directive.args.length < 2) throw wrongCount(directive);
    checkVariables(directive, this.#groups);
    return directive.args;
  }
}

/** Every address of the Pod. */
export const EVERY = '0.0.0.0';

const foreign = (directive: Directive): ConfigError =>
  new ConfigError(`the simulated nginx has no directive "${directive.name}"`, directive);

function patternOf(source: string, flags: string, place: Directive): RegExp {
  try {
    return safeRegExp(portable(source), flags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ConfigError(`pcre2_compile() failed: ${error.message} in "${source}"`, place);
  }
}

function proxyOf(each: Directive, modifier: NginxLocation['modifier']): NginxLocation['proxy'] {
  const [url = ''] = each.args;
  if (url.includes('$')) throw new ConfigError('the simulated nginx has no variables in "proxy_pass"', each);
  if (!/^https?:\/\/[^/]+/.test(url)) throw new ConfigError('invalid URL prefix', each);
  if ((modifier.startsWith('~') || modifier === '@') && /^https?:\/\/[^/]+\//.test(url))
    throw new ConfigError(
      '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block',
      each,
    );
  return { url, place: each };
}

function memberOf(directive: Directive): NginxMember {
  const [address, ...rest] = directive.args;
  if (address === undefined) throw wrongCount(directive);
  if (address.startsWith('unix:')) throw new ConfigError(`the simulated nginx has no "${address}"`, directive);
  const value = (name: string): string | undefined =>
    rest.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  for (const each of rest) {
    if (/^(?:slow_start|route|service|drain|max_conns)(?:=|$)/.test(each) || each === 'resolve')
      throw new ConfigError(`the simulated nginx has no parameter "${each}"`, directive);
    if (!/^(?:(?:weight|max_fails)=\d+|fail_timeout=\w+|backup|down)$/.test(each))
      throw new ConfigError(`invalid parameter "${each}"`, directive);
  }
  return {
    address,
    weight: Number(value('weight') ?? 1),
    backup: rest.includes('backup'),
    down: rest.includes('down'),
    maxFails: Number(value('max_fails') ?? 1),
    failTimeoutMs: durationMs(directive, value('fail_timeout') ?? '10s'),
    place: directive,
  };
}

const LISTEN_OPTIONS =
  /^(?:default_server|default|ssl|http2|reuseport|deferred|bind|(?:backlog|rcvbuf|sndbuf|fastopen|setfib|ipv6only|so_keepalive)=.*)$/;

function listenOf(directive: Directive): NginxListen {
  const [given, ...rest] = directive.args;
  if (given === undefined) throw wrongCount(directive);
  for (const each of rest) {
    if (each === 'quic' || each === 'proxy_protocol' || each.startsWith('accept_filter='))
      throw new ConfigError(`the simulated nginx has no parameter "${each}"`, directive);
    if (!LISTEN_OPTIONS.test(each)) throw new ConfigError(`invalid parameter "${each}"`, directive);
  }
  if (given.startsWith('unix:')) throw new ConfigError(`the simulated nginx has no "listen ${given}"`, directive);
  const [, named = '', digits] = /^(?:(\[[^\]]*\]|[^:]*):)?(\d+)$/.exec(given) ?? [];
  const port = digits === undefined ? 80 : Number(digits);
  if (port < 1 || port > 65535)
    throw new ConfigError(`invalid port in "${given}" of the "listen" directive`, directive);
  return {
    port,
    host: hostOf(digits === undefined ? given : named, directive),
    tls: rest.includes('ssl'),
    isDefault: rest.includes('default_server') || rest.includes('default'),
  };
}

function hostOf(name: string, directive: Directive): string {
  if (name === '' || name === '*' || name === '[::]' || name === EVERY) return EVERY;
  if (name === 'localhost' || name === '[::1]') return '127.0.0.1';
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)) return name;
  throw new ConfigError(`host not found in "${directive.args[0]}" of the "listen" directive`, directive);
}
