import type { Rng } from '@tabernetes/base';
import type { NginxMember, NginxUpstream } from './model.ts';

/** An address of a server behind. */
export interface Peer {
  readonly ip: string;
  readonly port: number;
  readonly member: NginxMember;
  /** Of the smooth round robin: grows with every turn, and shrinks by all weights with its own. */
  credit: number;
  /** Requests that it is answering. */
  active: number;
  fails: number;
  failedMs: number;
}

/** The addresses behind one name, and whose turn it is. */
export class Peers {
  readonly #all: readonly Peer[];
  readonly #method: NginxUpstream['method'];

  constructor(method: NginxUpstream['method'], peers: readonly Pick<Peer, 'ip' | 'port' | 'member'>[]) {
    this.#method = method;
    this.#all = peers.map((each) => ({ ...each, credit: 0, active: 0, fails: 0, failedMs: 0 }));
  }

  get count(): number {
    return this.#all.length;
  }

  /** Who is asked next; undefined: nobody is left. `tried` are asked no more. */
  next(tried: ReadonlySet<Peer>, nowMs: number, clientIp: string, rng: Rng): Peer | undefined {
    const isFit = (peer: Peer): boolean =>
      !tried.has(peer) && !peer.member.down && (this.#all.length === 1 || !isOut(peer, nowMs));
    const first = this.#all.filter((peer) => !peer.member.backup && isFit(peer));
    const fit = first.length > 0 ? first : this.#all.filter((peer) => peer.member.backup && isFit(peer));
    if (fit.length <= 1) return fit[0];
    if (this.#method === 'random') return heavier(fit, rng.int(weightOf(fit)));
    if (this.#method === 'ip_hash') return heavier(fit, hashOf(clientIp) % weightOf(fit));
    if (this.#method === 'least_conn') {
      const least = Math.min(...fit.map(({ active, member }) => active / member.weight));
      return turn(fit.filter(({ active, member }) => active / member.weight === least));
    }
    return turn(fit);
  }

  failed(peer: Peer, nowMs: number): void {
    if (nowMs - peer.failedMs > peer.member.failTimeoutMs) peer.fails = 0;
    peer.fails++;
    peer.failedMs = nowMs;
  }
}

const isOut = ({ member, fails, failedMs }: Peer, nowMs: number): boolean =>
  member.maxFails > 0 && fails >= member.maxFails && nowMs - failedMs <= member.failTimeoutMs;

const weightOf = (peers: readonly Peer[]): number => peers.reduce((sum, { member }) => sum + member.weight, 0);

/** Smooth weighted round robin: heavy ones come more often, and not in a row. */
function turn(fit: readonly Peer[]): Peer | undefined {
  let best: Peer | undefined;
  for (const peer of fit) {
    peer.credit += peer.member.weight;
    if (best === undefined || peer.credit > best.credit) best = peer;
  }
  if (best !== undefined) best.credit -= weightOf(fit);
  return best;
}

function heavier(fit: readonly Peer[], at: number): Peer | undefined {
  let left = at;
  for (const peer of fit) {
    left -= peer.member.weight;
    if (left < 0) return peer;
  }
  return fit[0];
}

/** Of the first three numbers of an address, as `ip_hash` takes it. */
const hashOf = (ip: string): number =>
  ip
    .split('.')
    .slice(0, 3)
    .reduce((hash, part) => (hash * 113 + Number(part)) % 6271, 89);
