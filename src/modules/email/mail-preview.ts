import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import type { MailBrand } from './mail-content.ts';
import { renderMail } from './render-mail.ts';
import { sampleMails } from './sample-mails.ts';

/** For development only: with sample data, so it shows nothing of anybody, but it does show what the program can send. */
export const MAIL_PREVIEW_PATH = '/dev/mail';

/** The page and the mails in it need inline styles and nothing else: no script, no image, no request. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const BRAND: MailBrand = { name: 'Signalbox', publicUrl: 'http://localhost:4000' };
const page = new Eta({ autoTrim: false });
const template = page.compile(readFileSync(join(import.meta.dirname, 'preview.html.eta'), 'utf8'));

/** The paths `renderMailPreview` answers: the list, and one for each kind of mail. */
export function mailPreviewPaths(): readonly string[] {
  return [MAIL_PREVIEW_PATH, ...sampleMails(BRAND).map(({ kind }) => `${MAIL_PREVIEW_PATH}/${kind}`)];
}

/** The page for a path, or null when there is none. */
export function renderMailPreview(path: string): string | null {
  const mails = sampleMails(BRAND);
  const links = mails.map(({ kind, subject }) => ({ href: `${MAIL_PREVIEW_PATH}/${kind}`, kind, subject }));
  const shown = mails.find(({ kind }) => path === `${MAIL_PREVIEW_PATH}/${kind}`);
  if (!shown && path !== MAIL_PREVIEW_PATH) return null;
  const mail = shown && { kind: shown.kind, preview: shown.preview, ...renderMail(shown, BRAND) };
  return page.render(template, { links, mail: mail ?? null });
}

/** For the transport: the page with the policy it needs. */
export function mailPreviewPage(path: string): { readonly html: string; readonly policy: string } | null {
  const html = renderMailPreview(path);
  return html === null ? null : { html, policy: POLICY };
}
