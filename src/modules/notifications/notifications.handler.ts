/**
 * Trigger: every event that has a notice. Effect: one row in the inbox of each recipient, in the transaction of the
 * checkpoint. Live subscribers of any node find the rows by their numbers (inbox-feed.ts).
 */
import { defineTransactionalHandler } from '../../event-bus/define-handler.ts';
import { NOTICES, noticeOf } from './notices.ts';
import { correctNotices, deliverNotices } from './notification.repository.ts';

export const notificationsHandler = defineTransactionalHandler({
  name: 'notifications',
  events: NOTICES.map((rule) => rule.definition),
  decrypts: ['user', 'previousData', 'reason'],
  // Old news is no news: who adds the handler to an existing log must not fill every inbox with it.
  startAt: 'now',
  repeatable: true,
  lanes: 1,
  batchSize: 200,
  async handle(events, { sql, repeated }) {
    const notices = events.map((event) => ({
      ...noticeOf(event),
      eventId: event.id,
      eventType: event.type,
      subjectId: event.subjectId,
      actorId: event.metadata.userId,
      createdAt: event.timestamp,
    }));
    if (repeated) await correctNotices(sql, notices);
    await deliverNotices(sql, notices);
  },
});
