import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { ContactCard, PastAttempt, WhyCalled } from "@/shared/api/generated/model";
import { languageName, span } from "@/shared/time/format";
import { phoneWords } from "@/shared/trade/phone";
import { ORIGINS, OUTCOMES, PURPOSES, SPOKEN_DUTIES, word } from "@/shared/trade/words";
import { Ago, LocalClock, LocalMoment } from "@/shared/ui/local-time";
import { zoneOf } from "../seat";
import { useDispositionWord } from "../use-disposition-word";
import classes from "./desk.module.css";

/** "Boston, US-MA, US" says the country twice. */
function placeWords(place: string): string {
  return place.replace(/\b([A-Z]{2})-([A-Z0-9]{1,3}), \1$/, "$2, $1");
}

/** Who is on the line: name, place, their own clock. */
export function Person({ contact, number, children }: { contact: ContactCard; number: string; children?: ReactNode }) {
  const zone = zoneOf(contact);
  return (
    <section className={`surface ${classes.card}`}>
      <div className={classes.name} data-testid="contact-name">
        {contact.name || <Trans>Name unknown</Trans>}
      </div>
      {contact.place ? <Text size="sm">{placeWords(contact.place)}</Text> : null}
      <Text className="tabular" fw={550} mt={6} size="sm">
        {zone ? (
          <>
            <LocalClock zone={zone} /> <Trans>where they are</Trans>
          </>
        ) : (
          <Trans>Their local time is not known for certain</Trans>
        )}
      </Text>
      <Text c="dimmed" className="tabular" size="sm">
        {phoneWords(number)}
      </Text>
      {contact.language ? (
        <Text c="dimmed" size="sm">
          <Trans>Speaks: {languageName(contact.language)}</Trans>
        </Text>
      ) : null}
      {children}
    </section>
  );
}

/** Why this person, why now, and what must be said. */
export function Why({ why }: { why: WhyCalled }) {
  const duties = (why.duties ?? []).filter((duty) => duty in SPOKEN_DUTIES);
  return (
    <section className={`surface ${classes.card}`}>
      <h2 className={classes.label} style={{ margin: 0 }}>
        <Trans>Why we call</Trans>
      </h2>
      <Text size="sm">{[word(PURPOSES, why.purpose), why.seller].filter(Boolean).join(" · ")}</Text>
      <Text c="dimmed" size="sm">
        <Trans>Chosen because: {word(ORIGINS, why.origin)}</Trans>
      </Text>
      {why.callback_at ? (
        <Text size="sm">
          <Trans>Promised for</Trans>: <LocalMoment at={why.callback_at} />{" "}
          {why.promised_by ? `(${why.promised_by})` : ""}
        </Text>
      ) : null}
      {why.list ? (
        <Text c="dimmed" size="sm">
          <Trans>List: {why.list}</Trans>
          {why.source ? (
            <>
              {" · "}
              <Trans>source: {why.source}</Trans>
            </>
          ) : null}
        </Text>
      ) : null}
      {duties.length > 0 ? (
        <Group gap={4} mt={8}>
          {duties.map((duty) => (
            <Badge color="lake" key={duty} radius="sm" size="md" tt="none" variant="light">
              {word(SPOKEN_DUTIES, duty)}
            </Badge>
          ))}
        </Group>
      ) : null}
    </section>
  );
}

/** What was tried before, newest first. */
export function History({ history }: { history: readonly PastAttempt[] }) {
  const { t } = useLingui();
  const disposition = useDispositionWord();
  return (
    <section aria-label={t`Last attempts`} className={`surface ${classes.card}`}>
      <h2 className={classes.label} style={{ margin: 0 }}>
        {history.length === 0 ? (
          <Trans>First attempt</Trans>
        ) : (
          <Plural one="# attempt before" other="# attempts before" value={history.length} />
        )}
      </h2>
      <ul className={classes.history}>
        {history.slice(0, 5).map((past) => (
          <li key={past.id}>
            <Group gap={6} justify="space-between">
              <Text fw={550} size="sm">
                {past.disposition
                  ? disposition(past.disposition)
                  : past.verdict === "allow"
                    ? word(OUTCOMES, past.outcome)
                    : t`Not dialled: barred`}
              </Text>
              <Text c="dimmed" size="xs">
                <Ago at={past.at} />
              </Text>
            </Group>
            <Stack gap={0}>
              {past.talk_s ? (
                <Text c="dimmed" size="xs">
                  {[span(past.talk_s * 1000), past.agent].filter(Boolean).join(" · ")}
                </Text>
              ) : null}
              {past.notes ? <Text size="sm">{past.notes}</Text> : null}
            </Stack>
          </li>
        ))}
      </ul>
    </section>
  );
}
