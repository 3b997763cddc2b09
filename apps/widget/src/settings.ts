import type { PageClusterOptions } from '@tabernetes/worker/connect';

export type Panel = 'editor' | 'cluster' | 'events' | 'terminal';
const PANELS: readonly Panel[] = ['editor', 'cluster', 'events', 'terminal'];

/** What an author said in the attributes of a sandbox. */
export interface Settings {
  readonly panels: readonly Panel[];
  /** A CSS length. */
  readonly height: string;
  readonly isReadOnly: boolean;
  readonly runsItself: boolean;
  /** Files are applied when the cluster runs; else the reader presses Apply. */
  readonly applies: boolean;
  readonly commands: readonly string[];
  readonly options: PageClusterOptions;
  /** What is wrong with the attributes, for the author. */
  readonly problems: readonly string[];
}

/** Reads attributes; what cannot be used is told and left at its default. */
export function readSettings(attribute: (name: string) => string | null): Settings {
  const problems: string[] = [];
  const number = (name: string, fallback: number, most: number): number => {
    const text = attribute(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= most) return value;
    problems.push(`${name}="${text}" is not a number from 0 to ${most}`);
    return fallback;
  };
  const whole = (name: string, fallback: number, most: number): number => Math.round(number(name, fallback, most));
  const latency = attribute('latency') ?? 'short';
  if (latency !== 'none' && latency !== 'short' && latency !== 'real') {
    problems.push(`latency="${latency}" is neither none, short nor real`);
  }
  return {
    panels: readPanels(attribute('layout'), problems),
    height: readHeight(attribute('height')),
    isReadOnly: attribute('readonly') !== null,
    runsItself: attribute('autorun') !== null,
    applies: attribute('manual') === null,
    commands: linesOf(attribute('run') ?? ''),
    options: {
      nodes: whole('nodes', 3, 100),
      seed: whole('seed', 1, 2 ** 32 - 1),
      speed: number('speed', 1, 1_000),
      latency: latency === 'none' || latency === 'real' ? latency : 'short',
      kubelet: 'simulated',
    },
    problems,
  };
}

/** Lines that say something. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

function readPanels(text: string | null, problems: string[]): readonly Panel[] {
  if (text === null) return ['editor', 'cluster'];
  const named = text.split(/[\s,]+/).filter((word) => word !== '');
  for (const word of named) {
    if (!PANELS.some((panel) => panel === word)) {
      problems.push(`layout: "${word}" is none of ${PANELS.join(', ')}`);
    }
  }
  const panels = PANELS.filter((panel) => named.includes(panel));
  return panels.length > 0 ? panels : ['editor', 'cluster'];
}

function readHeight(text: string | null): string {
  if (text === null || text.trim() === '') return '420px';
  return /^\d+$/.test(text.trim()) ? `${text.trim()}px` : text;
}
