package trellis;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The program: one binary, started by the launcher.
@SpringBootApplication
public class Trellis {

    public static void main(String[] args) {
        SpringApplication.run(Trellis.class, args);
    }
}
