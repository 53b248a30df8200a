"""The trust store of the image's Java: written by us, read by Java's own keytool."""

import subprocess
from pathlib import Path

import truststore

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def test_java_reads_one_trusted_entry_for_each_certificate(tmp_path: Path) -> None:
    """keytool makes a certificate, and finds it again in the store that we wrote."""
    made = tmp_path / "made.jks"
    keytool = ["keytool", "-storepass", "changeit", "-keystore"]
    name = ["-genkeypair", "-alias", "a", "-keyalg", "RSA", "-dname", "CN=Authority of a test"]
    subprocess.run([*keytool, str(made), *name], check=True, capture_output=True)
    exported = [*keytool, str(made), "-exportcert", "-rfc", "-alias", "a"]
    pem = subprocess.run(exported, check=True, capture_output=True, text=True).stdout
    ours = tmp_path / "cacerts"
    ours.write_bytes(truststore.store(truststore.authorities_of(pem)))
    listed = subprocess.run([*keytool, str(ours), "-list", "-v"], check=True, capture_output=True, text=True)
    assert "contains 1 entry" in listed.stdout
    assert "trustedCertEntry" in listed.stdout
    assert "CN=Authority of a test" in listed.stdout


def test_a_certificate_that_is_there_twice_is_trusted_once_wherever_it_stands() -> None:
    """Order and repetition in the bundle do not change the store."""
    one, two = PEM.format("AAAA"), PEM.format("BBBB")
    assert truststore.authorities_of(two + one + two) == truststore.authorities_of(one + two)
    assert len(truststore.authorities_of(one + two)) == 2
