import type { Browser, Page } from '@playwright/test';
import { shareLink } from '../../packages/ui/src/files/share-link.ts';
import { type FrameFigures, framesOf, type TraceEvent } from './trace-frames.ts';

/** What the page does for a frame while many Pods change. */
export interface Crowd {
  readonly pods: number;
  /** So many that all Pods have a place, at 110 each. */
  readonly nodes: number;
}

export const CROWDS: readonly Crowd[] = [
  { pods: 1_000, nodes: 20 },
  { pods: 10_000, nodes: 100 },
];

/** How long frames are looked at, in milliseconds. */
const LOOK_MS = 6_000;

/** Categories of Chromium's trace that tell tasks, scripts, styles and layout. */
const CATEGORIES = ['toplevel', 'devtools.timeline', 'v8'];

/** Lets Pods of one Deployment come, or roll to another image, and says what the page's main thread did meanwhile. */
export async function rollingFrames(browser: Browser, url: string, { pods, nodes }: Crowd): Promise<FrameFigures> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(shareLink({ 'many.yaml': manifest(pods) }, { playground: url, nodes, latency: 'none' }));
  await page.locator('.monaco .view-line').first().waitFor({ timeout: 60_000 });
  await page.locator('.painted-note, .node').first().waitFor({ timeout: 60_000 });
  await line(page, 'kubectl apply -f many.yaml');
  await page.waitForFunction(
    (least) => {
      const [, ready = ''] = /(\d[\d,]*) ready/.exec(document.querySelector('.painted-note')?.textContent ?? '') ?? [];
      return Number(ready.replaceAll(',', '')) >= least;
    },
    pods,
    { timeout: 600_000, polling: 500 },
  );
  await line(page, 'kubectl set image deploy/many main=registry.k8s.io/pause:3.9');
  const figures = framesOf(await traced(page));
  await context.close();
  return figures;
}

async function line(page: Page, text: string): Promise<void> {
  await page.locator('.dock .xterm').click();
  await page.keyboard.type(`${text}\n`);
}

async function traced(page: Page): Promise<readonly TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as readonly TraceEvent[])));
  const over = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES },
  });
  await page.waitForTimeout(LOOK_MS);
  await session.send('Tracing.end');
  await over;
  return events;
}

const manifest = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: ${replicas}
  strategy: {rollingUpdate: {maxSurge: 10%, maxUnavailable: 10%}}
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: 'registry.k8s.io/pause:3.10'}]}
`;
