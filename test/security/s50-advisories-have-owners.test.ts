import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownAdvisories, verdictOf } from '../../scripts/audit-dependencies.ts';

const ROOT = join(import.meta.dirname, '../..');

test('every known advisory has an owner, a reason and a date that is not over', async () => {
  for (const advisory of await knownAdvisories()) {
    expect(advisory).toEqual({
      id: expect.stringMatching(/^GHSA(-[0-9a-z]{4}){3}$/) as unknown,
      package: expect.any(String) as unknown,
      owner: expect.stringMatching(/\w/) as unknown,
      reason: expect.stringMatching(/\w/) as unknown,
      until: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown,
    });
  }
});

const report = (advisory: object) =>
  JSON.stringify({ vulnerabilities: { left: { via: ['right'] }, right: { via: [advisory] } } });
const advisory = {
  source: 1,
  name: 'right',
  severity: 'high',
  title: 'It falls over',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
};
const today = '2026-11-26';

test('a high advisory fails the build, unless somebody answers for it until a day to come', () => {
  const accepted = { id: 'GHSA-aaaa-bbbb-cccc', package: 'right', owner: 'ada', reason: 'not reachable', until: today };
  expect(verdictOf(report(advisory), [], today).failures).toEqual([
    'GHSA-aaaa-bbbb-cccc (high) in right: It falls over',
  ]);
  expect(verdictOf(report({ ...advisory, severity: 'critical' }), [], today).failures).toHaveLength(1);
  expect(verdictOf(report({ ...advisory, severity: 'moderate' }), [], today).failures).toEqual([]);
  expect(verdictOf(report(advisory), [accepted], today).failures).toEqual([]);
  expect(verdictOf(report(advisory), [{ ...accepted, until: '2026-11-25' }], today).failures).toHaveLength(1);
});

test('an answer that is no audit is a skip with its reason, never a pass', () => {
  const unsupported = JSON.stringify({ statusCode: 405, message: '405 Method Not Allowed' });
  expect(verdictOf(unsupported, [], today)).toEqual({ failures: [], skipped: '405 Method Not Allowed' });
  expect(verdictOf('', [], today).skipped).toMatch(/no answer/);
  expect(verdictOf(JSON.stringify({ vulnerabilities: {} }), [], today)).toEqual({ failures: [], skipped: null });
});

test('every version is exact, and comes from the lock file with its checksum', async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const versions = Object.values({ ...manifest['dependencies'], ...manifest['devDependencies'] });
  expect(versions.filter((version) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string; link?: boolean }>;
  };
  // What is ours is checked by the commit.
  const isFetched = (path: string): boolean => path.includes('node_modules/');
  const unchecked = Object.entries(packages).filter(
    ([path, entry]) => isFetched(path) && !entry.link && !entry.integrity,
  );
  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test('nodemailer has the repairs that mail headers need', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'node_modules/nodemailer/package.json'), 'utf8')) as {
    version: string;
  };
  expect(version.localeCompare('9.1.1', 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
});
