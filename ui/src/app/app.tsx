import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { makeQueryClient } from "@/shared/api/query-client";
import { KeyboardProvider } from "@/shared/keyboard/keyboard";
import { makeRouter } from "./router";
import { cssVariables, theme } from "./theme";

const queries = makeQueryClient();
const router = makeRouter(queries);

export function App() {
  return (
    <I18nProvider i18n={i18n}>
      <MantineProvider cssVariablesResolver={cssVariables} defaultColorScheme="auto" theme={theme}>
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <KeyboardProvider>
            <RouterProvider router={router} />
          </KeyboardProvider>
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>
  );
}
