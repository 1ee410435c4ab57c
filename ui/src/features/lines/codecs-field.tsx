import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Input, Stack, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { CODECS } from "./kinds";
import { moved } from "./order";

interface CodecsFieldProps {
  known: readonly string[];
  value: readonly string[];
  onChange: (codecs: string[]) => void;
  error?: string | undefined;
}

/** Codecs in the order in which they are offered; moved by buttons, so that a keyboard is enough. */
export function CodecsField({ known, value, onChange, error }: CodecsFieldProps) {
  const { t } = useLingui();
  const others = known.filter((codec) => !value.includes(codec));
  return (
    <Input.Wrapper
      description={t`Offered in this order. Most carriers speak G.711; µ-law in America and Japan, A-law elsewhere.`}
      error={error}
      label={t`Codecs`}
      labelElement="div"
    >
      <Stack component="ol" gap={4} m={0} my={6} p={0} style={{ listStyle: "none" }}>
        {value.map((codec, index) => {
          const name = CODECS[codec] ?? codec;
          return (
            <Group component="li" gap={4} key={codec}>
              <Text className="tabular" size="sm" w={130}>
                {index + 1}. {name}
              </Text>
              <ActionIcon
                aria-label={t`${name} up`}
                disabled={index === 0}
                onClick={() => onChange(moved(value, index, index - 1))}
                variant="default"
              >
                <IconArrowUp size={16} />
              </ActionIcon>
              <ActionIcon
                aria-label={t`${name} down`}
                disabled={index === value.length - 1}
                onClick={() => onChange(moved(value, index, index + 1))}
                variant="default"
              >
                <IconArrowDown size={16} />
              </ActionIcon>
              <ActionIcon
                aria-label={t`Without ${name}`}
                disabled={value.length === 1}
                onClick={() => onChange(value.filter((one) => one !== codec))}
                variant="default"
              >
                <IconX size={16} />
              </ActionIcon>
            </Group>
          );
        })}
      </Stack>
      <Group gap={6}>
        {others.map((codec) => {
          const name = CODECS[codec] ?? codec;
          return (
            <Button key={codec} onClick={() => onChange([...value, codec])} size="compact-xs" variant="default">
              <Trans>Add {name}</Trans>
            </Button>
          );
        })}
      </Group>
    </Input.Wrapper>
  );
}
