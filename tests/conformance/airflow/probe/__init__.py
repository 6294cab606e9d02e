"""Runs inside an environment that holds a real Airflow: what that Airflow does with each case it is given.

One case a line on standard input, one outcome a line on standard output, both JSON. Each case has processes
of its own, forked from one that has loaded everything but Airflow; Airflow itself is imported anew in each,
so it reads its configuration as it does when it starts. A task of Airflow 3 has a worker's process and an API
server's: the SDK's own supervisor and client speak with the real Execution API. Methods are wrapped only to
note that they were called. Knows nothing of kvtui.
"""
