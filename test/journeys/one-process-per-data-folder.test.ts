import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { createDeployment } from '../support/test-app.ts';

test('a second server on the same data folder ends with one sentence that says what to do', async () => {
  await using deployment = await createDeployment('embedded');
  // Nothing is there before the first server starts, as after an installation.
  const env = { ...deployment.env, SIGNALBOX_DATA_DIR: join(deployment.env['SIGNALBOX_DATA_DIR'] ?? '', 'new') };
  await using first = await SignalboxProcess.start(env);
  await using second = await SignalboxProcess.spawn(env);

  expect(await second.untilEnded()).toEqual({ code: 1, signal: null });
  expect(second.stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^The database folder .* is in use by process \d+ .*SIGNALBOX_DATA_DIR/),
  ]);
  expect(second.stdout).toBe('');
  const { status } = await fetch(new URL('/health/ready', first.url ?? ''));
  expect(status).toBe(200);
}, 60_000);
