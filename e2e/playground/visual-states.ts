import type { Page } from '@playwright/test';
import { applyFirstFile, editorIsSeen, nodesAreSeen } from './visit.ts';

/** A state of the page that is worth a picture. */
export interface VisualState {
  readonly name: string;
  /** Brings the page into the state, at 1440×900, from the state before it in its visit, dialogs closed. */
  reach(page: Page): Promise<void>;
}

/** States that one page goes through, in this order: one visit costs seconds, a state a fraction of one. */
export interface VisualVisit {
  /** Fragment or path after the address of the site. */
  readonly address?: string;
  readonly states: readonly VisualState[];
}

export const SIZES = [
  { name: '1440', width: 1440, height: 900 },
  { name: '1024', width: 1024, height: 768 },
  { name: '390', width: 390, height: 844 },
] as const;

const MANY = `apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: 1000
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec: {containers: [{name: main, image: 'registry.k8s.io/pause:3.10'}]}
`;

const inspector = (page: Page) => page.getByRole('complementary', { name: 'Inspector' });

async function firstVisit(page: Page): Promise<void> {
  await nodesAreSeen(page);
  await editorIsSeen(page);
}

async function applied(page: Page): Promise<void> {
  await firstVisit(page);
  await applyFirstFile(page);
}

/** A line of kubectl, run by the page's terminal. */
async function type(page: Page, ...lines: readonly string[]): Promise<void> {
  if ((await page.locator('.dock .terminal').count()) === 0) await page.keyboard.press('Control+`');
  await page.locator('.dock .xterm').click();
  for (const line of lines) await page.keyboard.type(`${line}\n`);
}

/** A tab of the inspector when what is asked for it has come. */
function inspected(tab: string, content: string): VisualState {
  return {
    name: `inspector-${tab.toLowerCase()}`,
    async reach(page) {
      await page.getByRole('tab', { name: 'Cluster' }).click();
      await page.locator('.pod').first().click();
      await inspector(page).getByRole('tab', { name: tab }).click();
      await inspector(page).locator(content).first().waitFor();
    },
  };
}

/** What people see, from the first visit to what goes wrong. */
export const VISITS: readonly VisualVisit[] = [
  {
    states: [
      { name: 'empty', reach: firstVisit },
      { name: 'help', reach: (page) => page.getByRole('button', { name: 'Help' }).click() },
      { name: 'settings', reach: (page) => page.getByRole('button', { name: 'Settings' }).click() },
      {
        name: 'examples',
        async reach(page) {
          await page.getByRole('button', { name: 'Examples' }).click();
          await page.locator('.example pre').waitFor();
        },
      },
      {
        name: 'refused',
        async reach(page) {
          await page.locator('.monaco .view-line', { hasText: 'replicas' }).click();
          await page.keyboard.press('End');
          await page.keyboard.type('x');
          await page.locator('.problem-line').waitFor();
          await page.locator('.editor .primary').click();
          await page.locator('.results .refused').waitFor();
        },
      },
    ],
  },
  {
    states: [
      {
        name: 'applying',
        async reach(page) {
          await firstVisit(page);
          await page.locator('.editor .primary').click();
          await page.locator('.pod.waiting').first().waitFor();
          await page.keyboard.press('Escape');
          await page.getByRole('button', { name: 'Pause' }).click();
        },
      },
      {
        name: 'rolling-update',
        async reach(page) {
          await page.getByRole('button', { name: 'Resume' }).click();
          await page.locator('.pod.ready').nth(2).waitFor();
          await type(page, 'kubectl set image deploy/web nginx=nginx:1.26');
          await page.locator('.pod.waiting').first().waitFor();
          await page.getByRole('button', { name: 'Pause' }).click();
        },
      },
    ],
  },
  {
    states: [
      {
        name: 'crash-loop',
        async reach(page) {
          await applied(page);
          await type(page, 'kubectl create deploy crash --image=busybox -- sh -c "echo boom; exit 1"');
          await page.locator('.pod.backoff').getByText('CrashLoopBackOff').waitFor();
          await page.locator('.pod.backoff').click();
        },
      },
      {
        name: 'pending',
        async reach(page) {
          await type(
            page,
            'kubectl create deploy huge --image=nginx',
            'kubectl set resources deploy huge --requests=cpu=64',
          );
          await page.locator('.pod.unschedulable').waitFor();
          await page.locator('.pod.unschedulable').click();
          await page.getByRole('tab', { name: 'Scheduling' }).click();
        },
      },
    ],
  },
  {
    states: [
      {
        name: 'share',
        async reach(page) {
          await applied(page);
          await page.getByRole('button', { name: 'Share' }).click();
          await page.getByRole('status').first().waitFor();
        },
      },
      {
        name: 'table',
        async reach(page) {
          await page.getByRole('tab', { name: 'Table' }).click();
          await page.locator('[role=grid]').focus();
          await page.keyboard.press('0');
          await page.locator('tbody tr', { hasText: 'kube-system' }).first().waitFor();
        },
      },
      {
        name: 'map',
        async reach(page) {
          await page.getByRole('tab', { name: 'Map' }).click();
          await page.locator('.card').first().waitFor();
        },
      },
      inspected('Summary', '.conditions'),
      inspected('Describe', ':text("Service Account:")'),
      inspected('YAML', '.yaml'),
      inspected('Logs', '.log-line'),
      inspected('Shell', '.xterm-rows:has-text("/ #")'),
      inspected('States', '[role=img]'),
      inspected('Why', ':text("created Deployment")'),
      {
        name: 'cause',
        async reach(page) {
          const events = page.getByRole('region', { name: 'Events' });
          await events.getByRole('searchbox').fill('update deployment readyreplicas');
          await events.getByRole('button', { name: 'why' }).first().click();
        },
      },
      {
        name: 'palette',
        async reach(page) {
          await page.keyboard.press('Control+k');
          await page.locator('dialog input').fill('web');
        },
      },
      {
        name: 'node-down',
        async reach(page) {
          await page.locator('.node-head').first().click();
          await inspector(page).getByRole('tab', { name: 'Summary' }).click();
          await page.getByRole('button', { name: 'Stop kubelet' }).click();
          await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
          await page.locator('.node.down').waitFor();
          await page.getByRole('button', { name: 'Pause' }).click();
        },
      },
    ],
  },
  {
    states: [
      {
        name: 'thousand-pods',
        async reach(page) {
          await firstVisit(page);
          await page.locator('.editor').evaluate((editor, text) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], 'many.yaml'));
            editor.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
          }, MANY);
          await page.getByRole('tab', { name: 'many.yaml' }).waitFor();
          await page.locator('.editor .primary').click();
          await page.locator('.painted-note', { hasText: /1,00\d Pods/ }).waitFor();
          await page.waitForTimeout(3_000);
        },
      },
    ],
  },
  {
    address: '#s=eJx',
    states: [
      {
        name: 'bad-link',
        async reach(page) {
          await firstVisit(page);
          await page.locator('.problem').waitFor();
        },
      },
    ],
  },
  {
    address: 'docs/getting-started.html',
    states: [
      {
        name: 'docs-widget',
        async reach(page) {
          await page.locator('tabernetes-sandbox .run').first().click();
          await page.locator('tabernetes-sandbox .node').first().waitFor();
          await page.waitForTimeout(4_000);
        },
      },
    ],
  },
];
