import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Code, Modal, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PurgeReceiptOut, ReceiptClassOut, ReceiptsCheckOut } from "@/shared/api/generated/model";
import { getRetentionCheckReceiptsQueryOptions } from "@/shared/api/generated/retention";
import { dateTime, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { NamedValues } from "@/shared/ui/named-values";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Sha256 } from "@/shared/ui/sha256";
import { CLASSES } from "./kinds";

/** The purges that were, the newest first, each signed over the one before. */
export function Receipts({ receipts }: { receipts: readonly PurgeReceiptOut[] }) {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<PurgeReceiptOut | null>(null);
  const newest = receipts[0]?.number;
  const check = useQuery({ ...getRetentionCheckReceiptsQueryOptions(), enabled: newest !== undefined });
  const columns: Column<PurgeReceiptOut>[] = [
    { id: "number", header: t`No.`, cell: (row) => number(row.number), align: "right", width: 70 },
    { id: "at", header: t`When`, cell: (row) => <span className="tabular nowrap">{dateTime(row.at)}</span> },
    { id: "gone", header: t`Gone`, cell: (row) => number(row.gone), align: "right" },
    { id: "held", header: t`Kept by holds`, cell: (row) => number(row.held), align: "right" },
    { id: "signature", header: t`Signature`, cell: (row) => <Signature check={check.data} number={row.number} /> },
    { id: "hash", header: t`Hash`, cell: (row) => <Sha256 of={row.hash} /> },
    {
      id: "open",
      header: <span className="visually-hidden">{t`Open`}</span>,
      cell: (row) => (
        <Button onClick={() => setChosen(row)} size="compact-sm" variant="default">
          <Trans>Open</Trans> <span className="visually-hidden">{number(row.number)}</span>
        </Button>
      ),
      align: "right",
    },
  ];
  return (
    <Stack gap="sm">
      <ProblemAlert error={check.error} retry={() => void check.refetch()} />
      {check.data?.number ? (
        <Alert color="brick" role="alert" title={t`Receipt ${check.data.number} does not fit`} variant="light">
          {check.data.why}.{" "}
          <Trans>Compare it with a backup, and ask whoever keeps the database who has changed it.</Trans>
        </Alert>
      ) : null}
      <DataTable columns={columns} label={t`Receipts`} rowKey={(row) => String(row.number)} rows={receipts} />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setChosen(null)}
        opened={chosen !== null}
        size="lg"
        title={chosen ? t`Receipt ${chosen.number}` : ""}
      >
        {chosen ? <One check={check.data} receipt={chosen} /> : null}
      </Modal>
    </Stack>
  );
}

/** How a receipt came out of the walk along all of them: each one after a break rests on what does not fit. */
export function signatureOf(number: number, check: ReceiptsCheckOut | undefined): "unknown" | "holds" | "broken" {
  if (!check) return "unknown";
  if (check.number !== null) return number < check.number ? "holds" : "broken";
  return number <= check.receipts ? "holds" : "unknown";
}

function Signature({ number: of, check }: { number: number; check: ReceiptsCheckOut | undefined }) {
  const { t } = useLingui();
  const said = { unknown: t`not checked yet`, holds: t`signed, unchanged`, broken: t`does not fit` };
  const state = signatureOf(of, check);
  return (
    <Badge
      color={{ unknown: "gray", holds: "leaf", broken: "brick" }[state]}
      maw="none"
      miw="max-content"
      variant="light"
    >
      {said[state]}
    </Badge>
  );
}

function One({ receipt, check }: { receipt: PurgeReceiptOut; check: ReceiptsCheckOut | undefined }) {
  const { t } = useLingui();
  const columns: Column<ReceiptClassOut>[] = [
    { id: "class", header: t`Records`, cell: (row) => word(CLASSES, row.code) },
    { id: "due", header: t`Said beforehand`, cell: (row) => number(row.due), align: "right" },
    { id: "gone", header: t`Gone`, cell: (row) => number(row.gone), align: "right" },
    { id: "held", header: t`Kept by holds`, cell: (row) => number(row.held), align: "right" },
  ];
  const unfinished = receipt.classes.filter((one) => one.problem);
  return (
    <Stack>
      {unfinished.length > 0 ? (
        <Alert color="amber" title={t`Not everything could be finished`} variant="light">
          {unfinished.map((one) => word(CLASSES, one.code)).join(", ")}.{" "}
          <Trans>What it was stands in the worker's log; the next purge tries again.</Trans>
        </Alert>
      ) : null}
      <DataTable
        columns={columns}
        empty={<Trans>Nothing was beyond its term.</Trans>}
        label={t`What became of each class`}
        rowKey={(row) => row.code}
        rows={receipt.classes.filter((one) => one.due || one.gone || one.held || one.problem)}
      />
      <NamedValues
        label={t`Signature`}
        lines={[
          [t`When`, dateTime(receipt.at)],
          [t`State`, <Signature check={check} key="state" number={receipt.number} />],
          [t`Hash`, <Code key="hash">{receipt.hash}</Code>],
          [t`Of the receipt before`, receipt.previous ? <Code key="before">{receipt.previous}</Code> : "–"],
          [t`Key of proof`, <Code key="key">{receipt.key}</Code>],
          [t`Signature`, <Code key="signature">{receipt.signature}</Code>],
        ]}
      />
    </Stack>
  );
}
