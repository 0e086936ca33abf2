import { describe, expect, test } from 'vitest';
import { EffectRefusedError } from '../../event-bus/define-handler.ts';
import { renderMail } from './render-mail.ts';
import { type Sample, SAMPLE, sampleMails } from './sample-mails.ts';

const BRAND = { name: 'Signalbox', publicUrl: 'https://app.example.org' };
const KINDS = sampleMails(BRAND).map(({ kind }) => kind);

/** The sample with a text put in front of everything a person can choose. */
function tainted(text: string): Sample {
  const taint = <Value>(value: Value): Value => {
    if (typeof value === 'string') return (/^\d{4}-\d\d-\d\dT|^[A-Z]{3}$/.test(value) ? value : text + value) as Value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(taint) as Value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, taint(inner)])) as Value;
  };
  return taint(SAMPLE);
}

/** Tags and attributes as the layout has them, whatever stands between. */
function skeleton(html: string): string[] {
  return (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/ (href)="[^"]*"/, ' $1'));
}

describe.each(KINDS)('%s', (kind) => {
  const mailOf = (sample: Sample, brand = BRAND) => {
    const found = sampleMails(brand, sample).find((mail) => mail.kind === kind);
    if (!found) throw new Error(`There is no sample of ${kind}.`);
    return found;
  };

  test('says the same in both forms, with a text for the preview, and asks for nothing outside', () => {
    const mail = mailOf(SAMPLE);
    const { html, text } = renderMail(mail, BRAND);
    for (const said of [mail.heading, mail.footer]) {
      expect(html).toContain(said);
      expect(text).toContain(said);
    }
    expect(html).toContain(mail.preview);
    expect(html).not.toMatch(/<(img|script|link|iframe|object|form)|url\(|@import|src=/i);
    expect(text).not.toMatch(/<|&\w+;|undefined|\[object|\n{3}/);
    expect(html).not.toMatch(/undefined|\[object/);
  });

  test('prints markup in names and texts as text', () => {
    const hostile = `"'><script>alert(1)<!--&lt;`;
    // A subject of several mails holds the order number, so it holds all of this.
    const { html, text } = renderMail(mailOf(tainted(hostile), { ...BRAND, name: `Box ${hostile}` }), BRAND);
    expect(skeleton(html)).toEqual(skeleton(renderMail(mailOf(SAMPLE), BRAND).html));
    expect(html).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;!--&amp;lt;');
    expect(text).not.toContain('&lt;script');
  });

  test('prints no control character, and refuses one in the subject', () => {
    const hostile = 'A\0\r\nBcc: eve@example.net\u001b[31m\u0085\u202e\ud800 ';
    // The token is ours: it never holds such characters.
    const sample = { ...tainted(hostile), token: SAMPLE.token };
    const mail = { ...mailOf(sample), subject: 'Fine' };
    const { html, text } = renderMail(mail, BRAND);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|\ud800/;
    expect(html).not.toMatch(control);
    expect(text).not.toMatch(control);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(() => renderMail({ ...mail, subject: `Fine${hostile}` }, BRAND)).toThrow(EffectRefusedError);
  });
});

test('a link goes out as it was made, its token in the fragment only', () => {
  const token = `a"b<c&d e/+?#`;
  const mail = sampleMails(BRAND, { ...SAMPLE, token }).find(({ kind }) => kind === 'reset-password');
  if (!mail) throw new Error('There is no sample of reset-password.');
  const { html, text } = renderMail(mail, BRAND);
  const href = /href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const url = new URL(href);
  expect(url.origin + url.pathname + url.search).toBe('https://app.example.org/reset-password');
  expect(decodeURIComponent(url.hash)).toBe(`#token=${token}`);
  expect(text).toContain(href);
});
