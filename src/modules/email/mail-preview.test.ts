import { expect, test } from 'vitest';
import { MAIL_PREVIEW_PATH, mailPreviewPaths, renderMailPreview } from './mail-preview.ts';

test('every listed path has a page, and the first lists the others', () => {
  const [index = '', ...mails] = mailPreviewPaths();
  expect(index).toBe(MAIL_PREVIEW_PATH);
  expect(mails).toHaveLength(11);
  for (const path of mails) {
    expect(renderMailPreview(index)).toContain(`href="${path}"`);
    expect(renderMailPreview(path)).toMatch(
      /<iframe sandbox title="HTML" srcdoc="&lt;!doctype html&gt;[^"]*"><\/iframe>/,
    );
  }
});

test.each(['/', '/dev', '/dev/mail/', '/dev/mail/nothing', '/dev/mail/welcome/x', '/dev/mail/__proto__', ''])(
  'there is nothing at %j',
  (path) => {
    expect(renderMailPreview(path)).toBeNull();
  },
);
