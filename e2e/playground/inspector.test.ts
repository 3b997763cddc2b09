import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { applyFirstFile, eachVisits } from './visit.ts';

describe.skipIf(noBrowser !== '')(`the inspector and the events, in Chromium${noBrowser}`, { timeout: 90_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
    await applyFirstFile(page);
  });

  const inspector = () => page.getByRole('complementary', { name: 'Inspector' });
  const tab = (name: string) => inspector().getByRole('tab', { name }).click();
  async function inspect(object: string): Promise<void> {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command or object' }).fill(object);
    await page.keyboard.press('Enter');
  }

  test('describe is what kubectl prints; a change of the YAML flashes; related objects lead on', async () => {
    await inspect('deployment web');
    await tab('Describe');
    await inspector().getByText('RollingUpdateStrategy:').waitFor();
    expect(await inspector().locator('.live').textContent()).toContain('25% max unavailable, 25% max surge');
    await tab('YAML');
    await tab('Summary');
    await inspector().getByRole('button', { name: 'Scale to 4' }).click();
    await inspector().getByRole('button', { name: 'Scale to 5' }).waitFor();
    await tab('YAML');
    await inspector().getByText('replicas: 4').first().waitFor();
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      document.addEventListener('animationstart', ({ animationName, target }) => {
        if (animationName === 'flash') seen.push((target as Element).textContent ?? '');
      });
    });
    await page.keyboard.press('Control+`');
    await page.locator('.dock .xterm').waitFor();
    await page.keyboard.type('kubectl scale deploy web --replicas 2\n');
    await inspector().locator('.line.new', { hasText: 'replicas: 2' }).first().waitFor();
    const seen = await page.evaluate(() => (globalThis as unknown as { readonly seen: readonly string[] }).seen);
    expect(seen.filter((line) => /image:|kind:/.test(line))).toEqual([]);
    await tab('Summary');
    await inspector()
      .locator('.related')
      .getByRole('button', { name: /ReplicaSet/ })
      .first()
      .click();
    await inspector()
      .getByRole('heading', { name: /ReplicaSet/ })
      .waitFor();
  });

  test('INS-7 which Services send requests to a Pod, why others do not, and how it answered its probes', async () => {
    await page.keyboard.press('Control+`');
    await page.locator('.dock .xterm').waitFor();
    await page.keyboard.type(
      `kubectl patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","readinessProbe":{"httpGet":{"port":80},"periodSeconds":1}}]}}}}'\n` +
        'kubectl rollout status deploy web && kubectl create service clusterip other --tcp=80\n',
    );
    await page.locator('.dock .xterm-rows').getByText('service/other created').waitFor();
    await page.locator('.pod.ready:not(.ghost)').first().click();
    await inspector().getByText('web sends requests here').waitFor();
    await inspector()
      .getByRole('img', { name: /^Readiness of nginx: (\d+) of the last \1 succeeded$/ })
      .waitFor();
    await page.locator('.pod.selected').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Fail probes' }).click();
    await inspector().getByText('web sends no requests: the Pod is not ready').waitFor();
    await inspector().locator('.ticks .failed').nth(2).waitFor();
    await inspector().getByText('HTTP probe failed with statuscode: 500').first().waitFor();
  });

  test('UI-24 whatever is shown can be edited and deleted there', async () => {
    await inspect('service web');
    await inspector().getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('region', { name: /Editor of kubectl-edit/ }).waitFor();
    await inspector().getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete' }).getByRole('button', { name: 'Delete' }).click();
    await inspector().getByText('It does not exist any more.').waitFor();
    await inspect('file web.yaml');
    await page.locator('.monaco:focus-within').waitFor();
  });

  test('a shell in a container, and the logs of all Pods of a Service as one', async () => {
    await page.locator('.pod').first().click();
    await tab('Shell');
    await inspector().locator('.xterm').waitFor();
    await inspector().locator('.xterm-rows').getByText('/ #').waitFor();
    await page.keyboard.type('wget -qO- http://web | grep title; exit\n');
    await inspector().getByText('The shell has ended.').waitFor();
    await inspect('service web');
    await tab('Logs');
    await inspector().locator('.log-line', { hasText: 'GET / HTTP/1.1' }).waitFor();
    expect(new Set(await inspector().locator('.log-source').allTextContents()).size).toBe(3);
    await inspector().getByRole('searchbox', { name: 'Search' }).fill('get /');
    await page.keyboard.press('Enter');
    await inspector().getByText('1 of 1').waitFor();
    expect(await inspector().locator('.log-line.current mark').textContent()).toBe('GET /');
  });

  test('events are filtered and grouped; a write is led back to who applied the file', async () => {
    const events = page.getByRole('region', { name: 'Events' });
    await events.getByRole('searchbox').fill('update deployment readyreplicas');
    await events.getByRole('button', { name: 'why' }).first().click();
    const chain = events.getByRole('list', { name: 'What led to it' });
    expect(await chain.locator('li').first().textContent()).toContain('editor created Deployment web');
    expect(await chain.locator('li').last().textContent()).toContain('Deployment web');
    expect(await chain.textContent()).toMatch(/created Pod web-.*kubelet changed Pod web-.*changed ReplicaSet web-/);
    await events.getByRole('tab', { name: 'Events' }).click();
    await events.getByRole('searchbox').fill('');
    await events.getByRole('button', { name: 'Group' }).click();
    const started = events.locator('.event-row', { hasText: 'Started' });
    expect(await started.textContent()).toContain('×3');
    await started.getByRole('button', { name: 'all' }).click();
    expect(await events.locator('.group > li').count()).toBe(3);
    await events.locator('.group').getByRole('button').first().click();
    await inspector()
      .getByRole('heading', { name: /^Pod web-/ })
      .waitFor();
  });
});
